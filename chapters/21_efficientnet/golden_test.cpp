// A small EfficientNet against torchvision's, both with the same sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "efficientnet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("21 efficientnet");

TEST_CASE_TEMPLATE("s-21: logits and image gradient of a small EfficientNet agree with torchvision's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = efficientnet(
        graph, {.stages = {{1, 3, 1, 16, 1}, {6, 3, 2, 24, 2}, {6, 5, 2, 40, 1}, {6, 5, 1, 56, 2}},
                .width = 0.5,
                .depth = 1.1,
                .input = 64,
                .classes = 10});
    const GoldenErrors errors = golden_errors("efficientnet", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_SUITE_END();
