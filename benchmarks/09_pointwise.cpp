// s-13: the 1x1 layers of ResNet-50 and MobileNet, with bias and ReLU.
#include "pointwise.hpp"

#include "onednn.hpp"
#include "passes.hpp"
#include "product.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

/// The pixels that a stride reads.
View seen(const Given& g) { return g->x.view().every(g->layer.stride); }

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    if (who == "naive")
        return bench::returning([=] { return naive::pointwise_conv2d(seen(g), g->w, g->b, {.relu = true}); });
    // As in a network that runs again and again: filters packed once.
    const auto packed = std::make_shared<optimized::Panels>(optimized::filter_matrix(g->w));
    return bench::writing(g->dy.shape(), [=](MutableView y) {
        optimized::pointwise_conv2d_packed(seen(g), *packed, g->b, {.relu = true}, y);
    });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_input(g->layer, g->dy, g->w, g->threads);
    const auto call =
        who == "naive" ? naive::pointwise_conv2d_backward_input : optimized::pointwise_conv2d_backward_input;
    if (g->layer.stride == 1) return bench::returning([=] { return call(g->dy, g->w, g->x.shape()); });
    return bench::writing(g->x.shape(), [=](MutableView dx) {
        fill(dx, 0);
        copy(call(g->dy, g->w, seen(g).shape), dx.every(g->layer.stride));
    });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::convolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    const auto call = who == "naive" ? naive::pointwise_conv2d_backward_filters
                                     : optimized::pointwise_conv2d_backward_filters;
    return bench::returning([=] { return call(g->dy, seen(g), g->w.shape()); });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.kernel == Extent(1) && layer.groups == 1)
            add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
