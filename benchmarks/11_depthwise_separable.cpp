// s-15: the depthwise layers of MobileNet, with bias and ReLU; their ceiling is bandwidth.
#include "depthwise_separable.hpp"

#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

Depthwise how(const Layer& layer) {
    return {.stride = layer.stride, .padding = layer.padding, .activation = Activation::relu};
}

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    if (who == "naive")
        return bench::returning([=] { return naive::depthwise_conv2d(g->x, g->w, g->b, how(g->layer)); });
    return bench::writing(g->dy.shape(), [=](MutableView y) {
        optimized::depthwise_conv2d_into(g->x, g->w, g->b, how(g->layer), y);
    });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_input(g->layer, g->dy, g->w, g->threads);
    if (who == "naive")
        return bench::returning(
            [=] { return naive::depthwise_conv2d_backward_input(g->dy, g->w, g->x.shape(), how(g->layer)); });
    return bench::writing(g->x.shape(), [=](MutableView dx) {
        optimized::depthwise_conv2d_backward_input_into(g->dy, g->w, how(g->layer), dx);
    });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    if (who == "naive")
        return bench::returning([=] {
            return naive::depthwise_conv2d_backward_filters(g->dy, g->x, g->w.shape(), how(g->layer));
        });
    return bench::writing(g->w.shape(), [=](MutableView dw) {
        optimized::depthwise_conv2d_backward_filters_into(g->dy, g->x, how(g->layer), dw);
    });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.depthwise())
            add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
