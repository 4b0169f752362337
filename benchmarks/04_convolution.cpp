// s-05, s-07, s-08: the dense and grouped layers, forward (with bias and ReLU) and backward.
#include "convolution.hpp"

#include <algorithm>

#include "engine/convolution_engine.hpp"
#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

Convolution how(const Layer& layer) {
    return {.stride = layer.stride,
            .padding = layer.padding,
            .groups = layer.groups,
            .activation = Activation::relu};
}

// A rung's name without blanks; the last rung is the small file itself.
std::string row_name(std::string_view rung) {
    if (rung == convolution_ladder().back().name) return "optimized";
    std::string name(rung);
    std::ranges::replace(name, ' ', '_');
    return name;
}

Work forward(const std::string& who, const Given& g) {
    const Convolution layer = how(g->layer);
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    if (who == "naive") return bench::returning([=] { return naive::conv2d(g->x, g->w, g->b, layer); });
    for (const auto& rung : convolution_ladder())
        if (who == row_name(rung.name) && who != "optimized")
            return bench::returning([=] { return rung.call(g->x, g->w, g->b, layer); });
    // As in a network that runs again and again: filters packed once, the map's memory kept.
    const auto call = who == "optimized" ? optimized::prepared_conv2d(g->w, g->b, layer)
                                         : engine::prepared_conv2d(g->w, g->b, layer, g->x.shape());
    return bench::writing(g->dy.shape(), [=](MutableView y) { call(g->x, y); });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_input(g->layer, g->dy, g->w, g->threads);
    const Convolution layer = how(g->layer);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::conv2d_backward_input(g->dy, g->w, g->x.shape(), layer); });
    const auto call = engine::prepared_conv2d_backward_input(g->w, layer, g->x.shape());
    return bench::writing(g->x.shape(), [=](MutableView dx) { call(g->dy, dx); });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    const Convolution layer = how(g->layer);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::conv2d_backward_filters(g->dy, g->x, g->w.shape(), layer); });
    return bench::writing(
        g->w.shape(), [=](MutableView dw) { engine::conv2d_backward_filters_into(g->dy, g->x, layer, dw); });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.dilation == 1 && !layer.depthwise())
            add_rows(rows, layer, {forward, backward_input, backward_weights});
    for (bench::Row& row : rows) {
        std::ranges::replace(row.who, std::string("optimized"), std::string("engine"));
        if (row.pass != "forward" || row.batch > 1) continue;
        for (const auto& rung : convolution_ladder())
            if (rung.name != "naive" && (row.threads == 1 || row_name(rung.name) == "optimized"))
                row.who.push_back(row_name(rung.name));
    }
    return bench::race(argc, argv, rows);
}
