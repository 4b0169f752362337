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
    return bench::writing(g->dy.shape(), [=](MutableView y) {
        optimized::conv_transposed2d_into(g->x, g->w, g->b, how(g->layer), y);
    });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::deconvolution_backward_input(g->layer, g->dy, g->w, g->threads);
    const auto call = who == "naive" ? naive::conv_transposed2d_backward_input
                                     : optimized::conv_transposed2d_backward_input;
    return bench::returning([=] { return call(g->dy, g->w, g->x.shape(), how(g->layer)); });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::deconvolution_backward_weights(g->layer, g->dy, g->x, g->threads);
    const auto call = who == "naive" ? naive::conv_transposed2d_backward_filters
                                     : optimized::conv_transposed2d_backward_filters;
    return bench::returning([=] { return call(g->dy, g->x, g->w.shape(), how(g->layer)); });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "deconv") add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
