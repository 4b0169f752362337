// s-22: features that learned one thing, used for another.
#include <algorithm>

#include "common/files/data_folder.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "experiment.hpp"
#include "lenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("s-22 transfer learning");

// [extract]
TEST_CASE_TEMPLATE("s-22: feature extraction trains a new model on a backbone that stays as it is",
                   Implementation, Naive, Optimized) {
    const auto retrain = pick<Implementation>(naive::retrain, optimized::retrain);
    // The backbone doubles; two classes: is the number above 0 or below?
    Graph graph;
    const Node image = graph.input({}, "image");
    const Classifier net = with_loss(image, dense(dense(image, 1, "backbone"), 2, "model"));
    Weights start = initialise(graph, 1);
    start["backbone.weight"] = slide("2");
    start["backbone.bias"] = slide("0");
    Examples numbers{normal_numbers({.n = 200}), Tensor(Shape{.n = 200})};
    for (int n = 0; n < 200; ++n) numbers.labels(n, 0, 0, 0) = numbers.images(n, 0, 0, 0) > 0 ? 1 : 0;

    const TrainingState end = retrain(net, graph["backbone"], start, numbers, numbers,
                                      {.epochs = 20, .batch = 10, .rate = 0.1}, {});
    CHECK(end.weights["backbone.weight"] == slide("2"));
    CHECK(end.weights["backbone.bias"] == slide("0"));
    CHECK(end.weights["model.weight"] != start["model.weight"]);
    CHECK(end.history.back().test_accuracy >= 0.98);
}
// [extract]

// [cuts]
TEST_CASE("s-22: where a network is cut decides how much of it learns") {
    Graph graph;
    const Classifier net = feature_network(graph);
    CHECK(last_features(net).name() == "relu4");
    CHECK(last_features(net).shape().size() == 3136);
    const auto learning = [&](const char* cut) {
        std::int64_t count = 0;
        const std::vector<std::string> names = parameters_behind(net, graph[cut]);
        for (const Parameter& p : graph.parameters())
            count += std::ranges::count(names, p.name) * p.shape.size();
        return count;
    };
    CHECK(learning("relu4") == 3136 * 5 + 5);  // a linear classifier
    CHECK(learning("pool") == learning("relu4") + 64 * (9 * 32 + 1) + 64 * (9 * 64 + 1));  // the last stage
    CHECK(learning("image") == describe(graph).trainable);                                 // everything
}
// [cuts]

// [cost]
TEST_CASE("s-22: on stored features a step costs less than a twentieth of a full one in multiply-adds") {
    for (Classifier (*build)(Graph&, int) : {+[](Graph&g, int k) { return feature_network(g, k); },
                                             +[](Graph&g, int k) { return lenet5(g, 28, k); }}) {
        Graph graph, end;
        const Classifier net = build(graph, 5);
        behind(net, last_features(net), end);
        // Backward costs about twice forward in both, so the ratio is that of the forward passes.
        CHECK(describe(graph).multiply_adds >= 20 * describe(end).multiply_adds);
    }
}
// [cost]

// [ten]
TEST_CASE("s-22: with 10 images a class frozen features lead by 10 points over as many steps from scratch") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    Graph graph;
    const Classifier net = feature_network(graph);
    const Weights pretrained = load_weights(data_folder() / "transfer_garments.safetensors", graph);
    const std::vector<int> fresh{5, 6, 7, 8, 9};  // it learned on 0 to 4
    const Dataset training = of_classes(fashion_mnist(Part::train), fresh);
    const Examples test = examples(of_classes(fashion_mnist(Part::test), fresh));
    const Task task{net, pretrained, training, test};
    std::vector<double> scratch, frozen;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        scratch.push_back(learn(task, ways()[0], 10, seed).accuracy);
        frozen.push_back(learn(task, ways()[2], 10, seed).accuracy);
    }
    CHECK(spread(frozen).mean >= spread(scratch).mean + 0.10);
    CHECK(spread(frozen).deviation <= 0.02);
}
// [ten]

TEST_SUITE_END();
