// The small MobileNet's shipped weights.
#include "common/files/data_folder.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/cifar10_accuracy.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training_log.hpp"
#include "mobilenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("19 mobilenet");

// [small]
TEST_CASE(
    "s-21: the shipped small MobileNet names as many test pictures as its log says and at least 87 of 100") {
    const TrainingLog log = read_log(data_folder() / "mobilenet_cifar10.json");
    REQUIRE_FALSE(log.epochs.empty());
    CHECK(log.epochs.back().test_accuracy >= 0.87);

    Graph graph;
    const Classifier net = mobilenet_cifar10(graph);
    CHECK(describe(graph).parameters == 292'554);
    CHECK(describe(graph).multiply_adds == 29'698'560);
    const Weights weights = load_weights(data_folder() / "mobilenet_cifar10.safetensors", graph);
    if (const auto found = cifar10_accuracy(graph, net, weights))
        CHECK(*found == log.epochs.back().test_accuracy);
}
// [small]

TEST_CASE("s-21: the shipped small MobileNet takes the shipped cat for a cat") {
    Graph graph;
    const Classifier net = mobilenet_cifar10(graph);
    const Weights weights = load_weights(data_folder() / "mobilenet_cifar10.safetensors", graph);
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        CHECK(cifar10_name(graph, net, weights, data_folder() / "chelsea.png", kernels) == "cat");
}

TEST_CASE("s-21: a small MobileNet without classes is refused") {
    CHECK(error_of([] {
              Graph graph;
              mobilenet_cifar10(graph, 0);
          }) == "mobilenet_cifar10: 0 classes; there must be at least 1");
}

TEST_SUITE_END();
