// s-14: taps two pixels apart, forward (with bias and ReLU) and backward.
#include "dilated.hpp"
#include "engine/convolution_engine.hpp"
#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

DilatedConvolution how(const Layer& layer) {
    return {
        .dilation = layer.dilation, .stride = layer.stride, .padding = layer.padding, .groups = layer.groups};
}

Tensor naive_forward(const Given& g) {
    Tensor y = naive::dilated_conv2d(g->x, g->w, g->b, how(g->layer));
    for (real& value : y.flat()) value = std::max(value, real{0});
    return y;
}

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    if (who == "naive") return bench::returning([=] { return naive_forward(g); });
    // As in a network that runs again and again: filters packed once, the map's memory kept.
    const DilatedConvolution layer = how(g->layer);
    auto packed =
        std::make_shared<engine::PackedFilters>(g->w, layer.groups, g->dy.shape().w, layer.stride.w);
    const engine::WindowGeometry reach{.stride = layer.stride,
                                       .dilation = layer.dilation,
                                       .top = layer.padding.top,
                                       .left = layer.padding.left};
    return bench::writing(g->dy.shape(), [=](MutableView y) {
        engine::direct(g->x, *packed, {.bias = g->b, .activation = Activation::relu}, reach, y);
    });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_input(g->layer, g->dy, g->w, g->threads);
    const auto layer = how(g->layer);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::dilated_conv2d_backward_input(g->dy, g->w, g->x.shape(), layer); });
    const auto call = optimized::prepared_dilated_conv2d_backward_input(g->w, layer, g->x.shape());
    return bench::writing(g->x.shape(), [=](MutableView dx) { call(g->dy, dx); });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    const auto layer = how(g->layer);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::dilated_conv2d_backward_filters(g->dy, g->x, g->w.shape(), layer); });
    return bench::writing(g->w.shape(), [=](MutableView dw) {
        optimized::dilated_conv2d_backward_filters_into(g->dy, g->x, layer, dw);
    });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.dilation > 1)
            add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
