// Trained weights on pictures: those that ship, and another's where $CNN_WEIGHTS names their folder; all of
// CIFAR-10's test pictures where $CNN_CIFAR10 names its folder.
#include <cmath>
#include <cstdlib>

#include "common/book/preprocess.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/testing/cifar10_accuracy.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training_log.hpp"
#include "resnet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("16 resnet");

TEST_CASE("s-20: the shipped ResNet-20 takes the shipped cat for a cat") {
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 20);
    const Weights weights = load_weights(data_folder() / "resnet20_cifar10.safetensors", graph);
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        CHECK(cifar10_name(graph, net, weights, data_folder() / "chelsea.png", kernels) == "cat");
}

TEST_CASE("s-20: the shipped ResNet-20 names as many test pictures as its log says and at least 90 of 100") {
    const TrainingLog log = read_log(data_folder() / "resnet20_cifar10.json");
    REQUIRE_FALSE(log.epochs.empty());
    CHECK(log.epochs.back().test_accuracy >= 0.9);
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 20);
    const Weights weights = load_weights(data_folder() / "resnet20_cifar10.safetensors", graph);
    if (const auto found = cifar10_accuracy(graph, net, weights))
        CHECK(*found == log.epochs.back().test_accuracy);
}

TEST_CASE("s-20: another's ResNet-20 takes a dog for a dog and a cat for a cat") {
    const char* folder = std::getenv("CNN_WEIGHTS");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_WEIGHTS names no folder of pretrained weights");
        return;
    }
    const std::filesystem::path data = folder;
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 20);
    const Weights weights = load_weights(data / "resnet20_cifar10.safetensors", graph);
    if (const auto found = cifar10_accuracy(graph, net, weights)) CHECK(std::abs(*found - 0.917) < 0.001);
    for (const auto& [picture, answer] : {std::pair{"border_terrier.png", 5}, {"chelsea.png", 3}}) {
        // The mean of each 8x8 block of the central 256x256.
        const Tensor whole = center_crop(read_image(data / picture), 256);
        Tensor x({.h = 32, .w = 32, .c = 3});
        for (int i = 0; i < 256; ++i)
            for (int j = 0; j < 256; ++j)
                for (int c = 0; c < 3; ++c) x(0, i / 8, j / 8, c) += whole(0, i, j, c) / 64;
        normalise(x, cifar10_preprocessing);
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            const Node probabilities = graph["probabilities"];
            const Tensor p = run(graph, weights, {{net.image, x}}, {probabilities}, {kernels})[probabilities];
            CHECK(p(0, 0, 0, answer) > real(0.999));
        }
    }
}

TEST_SUITE_END();
