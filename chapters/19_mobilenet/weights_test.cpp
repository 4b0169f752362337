// The small MobileNet's shipped weights.
#include "common/book/preprocess.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/cifar10_accuracy.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training_log.hpp"
#include "mobilenet.hpp"

using namespace cnn;

namespace {

const Preprocessing preprocessing{.mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}};

}  // namespace

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
    if (const auto found = cifar10_accuracy(graph, net, weights, preprocessing))
        CHECK(*found == log.epochs.back().test_accuracy);
}
// [small]

TEST_CASE("s-21: the shipped small MobileNet takes the shipped cat for a cat") {
    Graph graph;
    const Classifier net = mobilenet_cifar10(graph);
    const Weights weights = load_weights(data_folder() / "mobilenet_cifar10.safetensors", graph);
    const Seen cat = preprocess(read_image(data_folder() / "chelsea.png"), preprocessing, net.image.shape());
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
        const Tensor logits =
            run(graph, weights, {{net.image, cat.input}}, {net.logits}, {kernels})[net.logits];
        std::vector<int> classes;
        append_classes(logits, classes);
        CHECK(cifar10_classes()[std::size_t(classes.at(0))] == "cat");
    }
}

TEST_CASE("s-21: a small MobileNet without classes is refused") {
    CHECK(error_of([] {
              Graph graph;
              mobilenet_cifar10(graph, 0);
          }) == "mobilenet_cifar10: 0 classes; there must be at least 1");
}

TEST_SUITE_END();
