// s-09: max and average pooling, as the lecture's networks use them.
#include "layers.hpp"
#include "onednn.hpp"
#include "pooling.hpp"
#include "race.hpp"

namespace {

using namespace cnn;
using bench::Layer, bench::Work;

Work pool(const std::string& who, const Layer& layer, const std::shared_ptr<const Tensor>& x, int threads) {
    if (who == "onednn") return onednn::pooling(layer, *x, threads);
    const Pooling how{.kernel = layer.kernel, .stride = layer.stride, .padding = layer.padding};
    const bool max = layer.operation == "maxpool";
    auto y = std::make_shared<Tensor>(layer.output(x->shape().n));
    const auto naive = max ? naive::max_pool : naive::average_pool;
    const auto optimized = max ? optimized::max_pool_into : optimized::average_pool_into;
    if (who == "naive") return {[=] { *y = naive(*x, how); }, [=] { return *y; }};
    return {[=] { optimized(*x, how, *y); }, [=] { return *y; }};
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<bench::Row> rows;
    for (const Layer& layer : bench::layers())
        if (layer.operation == "maxpool" || layer.operation == "avgpool")
            for (int batch : {1, 16})
                for (int threads : bench::thread_counts())
                    rows.push_back(layer_row(layer, "forward", batch, threads, [=] {
                        const auto x = std::make_shared<const Tensor>(bench::integers(layer.input(batch), 1));
                        return [=](const std::string& who) { return pool(who, layer, x, threads); };
                    }));
    return bench::race(argc, argv, rows);
}
