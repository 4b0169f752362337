// GoogLeNet of 2014 against PyTorch, with sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "inception.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("15 inception");

TEST_CASE_TEMPLATE("s-19: logits and image gradient of GoogLeNet agree with PyTorch's", Implementation, Naive,
                   Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = googlenet(graph, {.input = 48, .classes = 10});
    const GoldenErrors errors = golden_errors("googlenet_2014", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_SUITE_END();
