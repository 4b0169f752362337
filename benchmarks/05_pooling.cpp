// s-09: max and average pooling, as the lecture's networks use them.
#include "pooling.hpp"

#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Work;

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::pooling(g->layer, g->x, g->threads);
    const Pooling how{.kernel = g->layer.kernel, .stride = g->layer.stride, .padding = g->layer.padding};
    const bool max = g->layer.operation == "maxpool";
    const auto naive = max ? naive::max_pool : naive::average_pool;
    const auto optimized = max ? optimized::max_pool_into : optimized::average_pool_into;
    if (who == "naive") return bench::returning([=] { return naive(g->x, how); });
    return bench::writing(g->dy.shape(), [=](MutableView y) { optimized(g->x, how, y); });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "maxpool" || layer.operation == "avgpool") add_rows(rows, layer, {forward});
    return bench::race(argc, argv, rows);
}
