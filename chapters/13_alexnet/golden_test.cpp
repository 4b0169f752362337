// AlexNet against PyTorch: torchvision's and the one of 2012, with 64 units in place of 4096.
#include "alexnet.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("13 alexnet");

TEST_CASE_TEMPLATE("s-17: logits and image gradient of two AlexNets agree with PyTorch's", Implementation,
                   Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    for (const AlexNet version : {AlexNet::torchvision, AlexNet::two_groups}) {
        Graph graph;
        const Classifier net = alexnet(graph, version, {67, 10, 64});
        const GoldenErrors errors = golden_errors(
            version == AlexNet::torchvision ? "alexnet" : "alexnet_2012", graph, net.image, net.logits, mode);
        CHECK(errors.logits < 1e-4);
        CHECK(errors.image_gradient < 1e-3);
    }
}

TEST_SUITE_END();
