// s-15: the depthwise layers of MobileNet, with bias and ReLU; their ceiling is bandwidth.  And the separable
// pair beside the regular convolution that it replaces.
#include "engine/depthwise_engine.hpp"

#include <algorithm>

#include "engine/convolution_engine.hpp"
#include "engine/pointwise_engine.hpp"
#include "onednn.hpp"
#include "passes.hpp"
#include "pointwise.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

Depthwise how(const Layer& layer) {
    return {.stride = layer.stride, .padding = layer.padding, .activation = Activation::relu};
}

/// As a row calls it: "channels_in_lanes".
std::string row_name(std::string_view rung) {
    std::string name(rung);
    std::ranges::replace(name, ' ', '_');
    return name;
}

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    for (const auto& rung : depthwise_ladder())
        if (who == row_name(rung.name))
            return bench::returning([=] { return rung.call(g->x, g->w, g->b, how(g->layer)); });
    return bench::writing(g->dy.shape(), [=](MutableView y) {
        engine::depthwise_conv2d_into(g->x, g->w, g->b, how(g->layer), y);
    });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_input(g->layer, g->dy, g->w, g->threads);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::depthwise_conv2d_backward_input(g->dy, g->w, g->x.shape(), how(g->layer)); });
    return bench::writing(g->x.shape(), [=](MutableView dx) {
        engine::depthwise_conv2d_backward_input_into(g->dy, g->w, how(g->layer), dx);
    });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    if (who == "naive")
        return bench::returning([=] {
            return naive::depthwise_conv2d_backward_filters(g->dy, g->x, g->w.shape(), how(g->layer));
        });
    return bench::writing(g->w.shape(), [=](MutableView dw) {
        engine::depthwise_conv2d_backward_filters_into(g->dy, g->x, how(g->layer), dw);
    });
}

/// Depthwise and 1x1, or regular; as many channels out as in, weights packed before.
Work convolution(const std::string& who, const Layer& layer, const std::shared_ptr<const Tensor>& x) {
    const int c = layer.channels;
    if (who == "regular") {
        const Tensor w = bench::integers({layer.kernel.h, layer.kernel.w, c, c}, 2);
        const auto packed = std::make_shared<engine::PackedFilters>(w, 1);
        const engine::WindowGeometry reach{
            .stride = layer.stride, .top = layer.padding, .left = layer.padding};
        return bench::writing(layer.output(1), [=](MutableView y) {
            engine::direct(*x, *packed, {.activation = Activation::relu}, reach, y);
        });
    }
    const auto window = std::make_shared<Tensor>(bench::integers(layer.weights(), 2)),
               middle = std::make_shared<Tensor>(layer.output(1));
    const auto packed = std::make_shared<Panels>(engine::filter_matrix(bench::integers({1, 1, c, c}, 3)));
    return bench::writing(layer.output(1), [=](MutableView y) {
        engine::depthwise_conv2d_into(*x, *window, {}, how(layer), *middle);
        engine::pointwise_conv2d_packed(*middle, *packed, {.activation = Activation::relu}, y);
    });
}

void add_separable(std::vector<bench::Row>& rows, const Layer& layer) {
    const Shape y = layer.output(1);
    for (const int threads : bench::thread_counts())
        rows.push_back({.layer = layer.name,
                        .pass = "separable",
                        .threads = threads,
                        .multiply_adds = double(separable_cost(y.c, layer.kernel, y).multiply_adds) /
                                         double(regular_cost(y.c, layer.kernel, y).multiply_adds),
                        .quick = layer.quick,
                        .who = {"separable", "regular"},
                        .start = [=] {
                            const auto x = std::make_shared<const Tensor>(bench::integers(layer.input(1), 1));
                            // The two are no two ways to one result, so there is none to compare.
                            return [=](const std::string& who) {
                                return Work{convolution(who, layer, x).run, {}};
                            };
                        }});
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.depthwise())
            add_rows(rows, layer, {forward, backward_input, backward_weights});
    for (bench::Row& row : rows) {
        std::ranges::replace(row.who, std::string("optimized"), std::string("engine"));
        if (row.pass == "forward")
            for (const auto& rung : depthwise_ladder())
                if (rung.name != "naive" && (row.threads == 1 || rung.name == "optimized"))
                    row.who.push_back(row_name(rung.name));
    }
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.depthwise()) add_separable(rows, layer);
    return bench::race(argc, argv, rows);
}
