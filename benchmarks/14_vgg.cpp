// s-18: VGG-16's layers of 64 and more input channels, by Winograd's algorithm and directly.
#include "engine/convolution_engine.hpp"
#include "onednn.hpp"
#include "passes.hpp"
#include "winograd.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

// With bias and ReLU; filters packed or transformed once, the map's memory kept, as in a network.
Work forward(const std::string& who, const Given& g) {
    const Sides padding = g->layer.padding;
    if (who == "onednn") return onednn::convolution(g->layer, g->x, g->w, g->b, g->threads);
    const auto call =
        who == "engine" ? engine::prepared_conv2d(
                              g->w, g->b, {.padding = padding, .activation = Activation::relu}, g->x.shape())
                        : optimized::prepared_winograd_conv2d(
                              g->w, padding, {.bias = g->b, .activation = Activation::relu}, g->x.shape());
    return bench::writing(g->dy.shape(), [=](MutableView y) { call(g->x, y); });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.name.starts_with("vgg16.") && layer.operation == "conv" && layer.channels >= 64)
            for (const int batch : {1, 16})
                for (const int threads : bench::thread_counts()) {
                    bench::Row row{
                        .layer = layer.name,
                        .pass = "forward",
                        .batch = batch,
                        .threads = threads,
                        .flop = layer.flop(batch),  // of the direct sum: Winograd's share may pass 1
                        .bytes = layer.bytes(batch),
                        .quick = layer.size.h == 56 && batch == 1,
                        .who = {"winograd", "engine"}};
                    if (onednn::available()) row.who.emplace_back("onednn");
                    row.start = [=] {
                        const auto given = std::make_shared<const bench::Problem>(layer, batch, threads);
                        return [=](const std::string& who) { return forward(who, given); };
                    };
                    rows.push_back(row);
                }
    return bench::race(argc, argv, rows);
}
