// ShuffleNet against PyTorch, both with the same sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "shufflenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("20 shufflenet");

TEST_CASE_TEMPLATE("s-21: logits and image gradient of ShuffleNet V2 x0.5 agree with torchvision's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    ShuffleNetV2 small = shufflenet_v2_x0_5();
    small.input = 64;
    small.classes = 10;
    Graph graph;
    const Classifier net = shufflenet_v2(graph, small);
    const GoldenErrors errors = golden_errors("shufflenet_v2_x0_5", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_CASE_TEMPLATE("s-21: logits and image gradient of a narrow ShuffleNet V1 agree with PyTorch's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = shufflenet_v1(graph, {.groups = 3, .channels = 48, .input = 64, .classes = 10});
    const GoldenErrors errors = golden_errors("shufflenet_v1", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_SUITE_END();
