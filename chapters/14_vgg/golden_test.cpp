// VGG-11 against PyTorch's, both with the same sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "vgg.hpp"

using namespace cnn;

TEST_CASE_TEMPLATE("s-18: logits and image gradient of VGG-11 agree with PyTorch's", Implementation, Naive,
                   Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = vgg(graph, vgg_a(), {.input = 32, .classes = 10, .units = 64});
    const GoldenErrors errors = golden_errors("vgg11", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}
