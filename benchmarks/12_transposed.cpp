// s-16: transposed convolutions that double a map, as segmentation networks use them.
#include "transposed.hpp"

#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

TransposedConvolution how(const Layer& layer) {
    return {
        .stride = layer.stride, .padding = layer.padding, .dilation = layer.dilation, .groups = layer.groups};
}

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::deconvolution(g->layer, g->x, g->w, g->b, g->threads);
    if (who == "naive")
        return bench::returning([=] { return naive::conv_transposed2d(g->x, g->w, g->b, how(g->layer)); });
    // As in a network that runs again and again: filters packed once, the map's memory kept.
    const auto call = optimized::prepared_conv_transposed2d(g->w, g->b, how(g->layer), g->x.shape());
    return bench::writing(g->dy.shape(), [=](MutableView y) { call(g->x, y); });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::deconvolution_backward_input(g->layer, g->dy, g->w, g->threads);
    const auto layer = how(g->layer);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::conv_transposed2d_backward_input(g->dy, g->w, g->x.shape(), layer); });
    const auto call = optimized::prepared_conv_transposed2d_backward_input(g->w, layer, g->x.shape());
    return bench::writing(g->x.shape(), [=](MutableView dx) { call(g->dy, dx); });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::deconvolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    const auto layer = how(g->layer);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::conv_transposed2d_backward_filters(g->dy, g->x, g->w.shape(), layer); });
    return bench::writing(g->w.shape(), [=](MutableView dw) {
        optimized::conv_transposed2d_backward_filters_into(g->dy, g->x, layer, dw);
    });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "deconv") add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
