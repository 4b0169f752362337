// The small VGG's shipped weights on Fashion-MNIST.
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training_log.hpp"
#include "vgg.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("14 vgg");

// [small]
TEST_CASE("s-18: the small VGG names as many garments as its log says and at least 92.5 of 100") {
    const TrainingLog log = read_log(data_folder() / "vgg_small.json");
    REQUIRE_FALSE(log.epochs.empty());
    CHECK(log.epochs.back().test_accuracy >= 0.925);

    Graph graph;
    const Classifier net = vgg_small(graph);
    const Weights weights = load_weights(data_folder() / "vgg_small.safetensors", graph);
    const Examples test = examples(fashion_mnist(Part::test));
    CHECK(evaluate(graph, net, weights, test).accuracy == log.epochs.back().test_accuracy);
}
// [small]

TEST_SUITE_END();
