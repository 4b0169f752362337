// Residual networks against PyTorch's, both with the same sines as weights.
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "resnet.hpp"

using namespace cnn;

TEST_CASE_TEMPLATE("s-20: logits and image gradient of ResNet-18 agree with torchvision's", Implementation,
                   Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    ResNet small = resnet18();
    small.input = 64;
    small.classes = 10;
    Graph graph;
    const Classifier net = resnet(graph, small);
    const GoldenErrors errors = golden_errors("resnet18", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_CASE_TEMPLATE("s-20: normalised by the batch a ResNet of 8 layers agrees with PyTorch's", Implementation,
                   Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized, true};
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 8);
    const GoldenErrors errors = golden_errors("resnet8_training", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}
