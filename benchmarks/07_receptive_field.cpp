// s-11: every unit's receptive field in a small network, probed pixel by pixel and derived from the windows.
#include "receptive_field.hpp"

#include "convolution.hpp"
#include "pooling.hpp"
#include "race.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

/// The convolutional part of LeNet-5.
Node network(Graph& graph) {
    Node x = graph.input({.h = 28, .w = 28, .c = 1}, "image");
    x = relu(conv(x, {.filters = 6, .kernel = 5, .padding = 2}, "conv1"), "relu1");
    x = max_pool(x, {.kernel = 2, .stride = 2}, "pool1");
    x = relu(conv(x, {.filters = 16, .kernel = 5}, "conv2"), "relu2");
    return max_pool(x, {.kernel = 2, .stride = 2}, "pool2");
}

}  // namespace

int main(int argc, char** argv) {
    const Row row{
        .layer = "lenet5.pool2", .pass = "fields", .quick = true, .who = {"optimized", "naive"}, .start = [] {
            return [](const std::string& who) -> Work {
                auto graph = std::make_shared<Graph>();
                const Node node = network(*graph);
                const auto fields = who == "naive" ? naive::fields : optimized::fields;
                return {[=] { fields(*graph, node); }, {}};
            };
        }};
    return bench::race(argc, argv, {row});
}
