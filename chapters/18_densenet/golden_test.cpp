// A small DenseNet against torchvision's, both with the same sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "densenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("18 densenet");

TEST_CASE_TEMPLATE("s-21: logits and image gradient of a small DenseNet agree with torchvision's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net =
        densenet(graph, {.blocks = {3, 2}, .growth = 8, .first = 16, .input = 64, .classes = 10});
    const GoldenErrors errors = golden_errors("densenet", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_SUITE_END();
