// s-21: SqueezeNet, counted.
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "squeezenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("17 squeezenet");

// [totals]
TEST_CASE("s-21: parameters and multiply-adds of SqueezeNet 1.0 and 1.1") {
    Graph first, second;
    squeezenet(first, SqueezeNetVersion::one_zero);
    squeezenet(second, SqueezeNetVersion::one_one);
    CHECK(describe(first).parameters == 1'248'424);
    CHECK(describe(first).multiply_adds == 818'924'576);
    CHECK(describe(second).parameters == 1'235'496);
    CHECK(describe(second).multiply_adds == 349'151'936);
}
// [totals]

TEST_CASE("s-21: no dense layer but a 1x1 convolution to the classes holds 41 % of the parameters (A7)") {
    Graph graph;
    squeezenet(graph, SqueezeNetVersion::one_zero);
    const Description all = describe(graph);
    std::int64_t of_classifier = 0;
    for (const LayerDescription& layer : all.layers) {
        CHECK(layer.kind != "dense");
        if (layer.name == "classifier.1") of_classifier = layer.parameters;
    }
    CHECK(of_classifier == 513'000);
    CHECK(100 * of_classifier / all.parameters == 41);
}

TEST_CASE("s-21: SqueezeNet's parameters have torchvision's names") {
    Graph graph;
    squeezenet(graph, SqueezeNetVersion::one_one);
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names.front() == "features.0.weight");
    CHECK(names[2] == "features.3.squeeze.weight");
    CHECK(names[names.size() - 4] == "features.12.expand3x3.weight");
    CHECK(names.back() == "classifier.1.bias");
}

TEST_CASE("s-21: the maps of both versions have the paper's sizes in this padding") {
    const auto sides = [](SqueezeNetVersion version) {
        Graph graph;
        squeezenet(graph, version);
        std::vector<int> all;
        for (const LayerDescription& layer : describe(graph).layers)
            if (layer.name == "features.0" || layer.kind == "max_pool2d") all.push_back(layer.output.h);
        return all;
    };
    CHECK(sides(SqueezeNetVersion::one_zero) == std::vector<int>{109, 54, 27, 13});
    CHECK(sides(SqueezeNetVersion::one_one) == std::vector<int>{111, 55, 27, 13});
}

// [buffer]
TEST_CASE("s-21: in a session both expansions write one buffer, bit by bit what run computes") {
    Graph graph;
    const Node x = graph.input({.h = 27, .w = 27, .c = 128}), y = fire(x, {32, 128}, "fire");
    const Weights weights = initialise(graph, 1);
    const Tensor map = normal_numbers({1, 27, 27, 128});
    Session session(graph, weights, {{x, map.shape()}}, {y});
    CHECK(Tensor(session.run({{x, map}})[0]) == run(graph, weights, {{x, map}}, {y})[y]);
    CHECK(session.map_bytes() <= 27 * 27 * (32 + 256) * std::int64_t{sizeof(real)} + 64);
}
// [buffer]

TEST_CASE("s-21: an image too small for SqueezeNet and no classes are refused") {
    Graph graph;
    CHECK(
        error_of([&] { squeezenet(graph, SqueezeNetVersion::one_one, 20); }) ==
        "squeezenet: the image has 20 rows; a convolution and three poolings halve it, so it needs at least "
        "21");
    CHECK(error_of([&] { squeezenet(graph, SqueezeNetVersion::one_one, 224, 0); }) ==
          "squeezenet: 0 classes; there must be at least 1");
    for (const auto version : {SqueezeNetVersion::one_zero, SqueezeNetVersion::one_one}) {
        Graph small;
        CHECK(squeezenet(small, version, 21, 3).logits.shape() == Shape{.c = 3});
    }
}

TEST_SUITE_END();
