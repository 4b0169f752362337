// A small U-Net against one in PyTorch, both with the same sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "unet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("22 unet");

TEST_CASE_TEMPLATE("s-16: logits and image gradient of a small U-Net agree with PyTorch's", Implementation,
                   Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = unet(graph, {.input = 44, .channels = 3, .classes = 4, .widths = {6, 10, 14}});
    const GoldenErrors errors = golden_errors("unet", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_SUITE_END();
