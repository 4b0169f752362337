// s-05, s-07, s-08: every dense layer of the lecture's networks, forward (with bias and ReLU) and backward.
#include "convolution.hpp"
#include "direct.hpp"
#include "layers.hpp"
#include "onednn.hpp"
#include "race.hpp"

namespace {

using namespace cnn;
using bench::Layer, bench::Row, bench::Work;

/// The tensors of a layer, shared by all who compute it.
struct Data {
    Layer layer;
    int threads;
    Tensor x, w, b, dy;
    Convolution how;

    Data(const Layer& layer, int batch, int threads)
        : layer(layer),
          threads(threads),
          x(bench::integers(layer.input(batch), 1)),
          w(bench::integers(layer.weights(), 2)),
          b(bench::integers({1, 1, 1, layer.filters}, 3)),
          dy(bench::integers(layer.output(batch), 4)),
          how{.stride = layer.stride, .padding = layer.padding, .groups = layer.groups, .relu = true} {}
};
using Shared = std::shared_ptr<const Data>;

/// A work whose call returns its result.
Work returning(std::function<Tensor()> call) {
    auto result = std::make_shared<Tensor>();
    return {[=] { *result = call(); }, [=] { return *result; }};
}

Work forward(const std::string& who, const Shared& d) {
    if (who == "naive") return returning([=] { return naive::conv2d(d->x, d->w, d->b, d->how); });
    if (who == "onednn") return onednn::convolution(d->layer, d->x, d->w, d->b, d->threads);
    // As in a network that runs again and again: filters packed once, the map's memory kept.
    auto packed = std::make_shared<optimized::PackedFilters>(d->w, d->how.groups);
    auto y = std::make_shared<Tensor>(d->dy.shape());
    return {[=] {
                optimized::direct(
                    d->x, *packed, d->b.flat().data(),
                    {.stride = d->how.stride, .top = d->how.padding.top, .left = d->how.padding.left}, true,
                    *y);
            },
            [=] { return *y; }};
}

Work backward_input(const std::string& who, const Shared& d) {
    if (who == "onednn") return onednn::convolution_backward_input(d->layer, d->dy, d->w, d->threads);
    const auto call = who == "naive" ? naive::conv2d_backward_input : optimized::conv2d_backward_input;
    return returning([=] { return call(d->dy, d->w, d->x.shape(), d->how); });
}

Work backward_weights(const std::string& who, const Shared& d) {
    if (who == "onednn") return onednn::convolution_backward_weights(d->layer, d->dy, d->x, d->threads);
    const auto call = who == "naive" ? naive::conv2d_backward_filters : optimized::conv2d_backward_filters;
    return returning([=] { return call(d->dy, d->x, d->w.shape(), d->how); });
}

using Pass = Work (*)(const std::string& who, const Shared&);

Row row(const Layer& layer, const std::string& name, Pass pass, int batch, int threads) {
    return layer_row(layer, name, batch, threads, [=] {
        const auto data = std::make_shared<const Data>(layer, batch, threads);
        return [=](const std::string& who) { return pass(who, data); };
    });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "conv" && layer.dense())
            for (int batch : {1, 16})
                for (int threads : bench::thread_counts()) {
                    rows.push_back(row(layer, "forward", forward, batch, threads));
                    rows.push_back(row(layer, "backward_input", backward_input, batch, threads));
                    rows.push_back(row(layer, "backward_weights", backward_weights, batch, threads));
                }
    return bench::race(argc, argv, rows);
}
