// s-13: the 1x1 layers of ResNet-50 and MobileNet, with bias and ReLU.
#include "engine/pointwise_engine.hpp"
#include "pointwise.hpp"

#include <algorithm>

#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

/// The pixels that a stride reads.
View seen(const Given& g) { return g->x.view().strided(g->layer.stride); }

// A rung's name without blanks.
std::string row_name(std::string_view rung) {
    std::string name(rung);
    std::ranges::replace(name, ' ', '_');
    return name;
}

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    const Epilogue epilogue{.bias = g->b, .activation = Activation::relu};
    if (who == "naive")
        return bench::returning([=] { return naive::pointwise_conv2d(seen(g), g->w, epilogue); });
    for (const auto& rung : pointwise_ladder())
        if (who == row_name(rung.name))
            return bench::returning([=, call = rung.call] { return call(seen(g), g->w, epilogue); });
    // As in a network that runs again and again: filters packed once.
    if (who == "optimized") {
        const auto packed = std::make_shared<Tensor>(optimized::packed_panels(g->w));
        return bench::writing(g->dy.shape(), [=](MutableView y) {
            optimized::pointwise_conv2d_packed(seen(g), *packed, epilogue, y);
        });
    }
    const auto packed = std::make_shared<Panels>(engine::filter_matrix(g->w));
    return bench::writing(g->dy.shape(), [=](MutableView y) {
        engine::pointwise_conv2d_packed(seen(g), *packed, epilogue, y);
    });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_input(g->layer, g->dy, g->w, g->threads);
    const auto packed = std::make_shared<Panels>(engine::filter_matrix(g->w).transposed());
    return bench::writing(g->x.shape(), [=](MutableView dx) {
        // What the stride steps over gets nothing.
        if (g->layer.stride != 1) fill(dx, 0);
        const MutableView to = dx.strided(g->layer.stride);
        if (who == "naive")
            copy(naive::pointwise_conv2d_backward_input(g->dy, g->w, to.shape), to);
        else
            engine::pointwise_conv2d_backward_input_packed(g->dy, *packed, to);
    });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::pointwise_conv2d_backward_filters(g->dy, seen(g), g->w.shape()); });
    return bench::writing(g->w.shape(), [=](MutableView dw) {
        engine::pointwise_conv2d_backward_filters_into(g->dy, seen(g), dw);
    });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.kernel == Extent(1) && layer.groups == 1)
            add_rows(rows, layer, {forward, backward_input, backward_weights});
    for (bench::Row& row : rows) {
        // Gradients are the engine's alone; forward, the ladder is climbed on one thread.
        if (row.pass != "forward") {
            std::ranges::replace(row.who, "optimized", "engine");
            continue;
        }
        row.who.insert(row.who.begin() + 1, "engine");
        if (row.threads == 1 && row.batch == 1)
            for (const auto& rung : pointwise_ladder()) row.who.push_back(row_name(rung.name));
    }
    return bench::race(argc, argv, rows);
}
