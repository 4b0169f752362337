// s-21: DenseNet, counted.
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "densenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("18 densenet");

// [totals]
TEST_CASE("s-21: parameters and multiply-adds and layers of DenseNet-121 161 169 201 264") {
    struct Published {
        DenseNet options;
        std::int64_t parameters, multiply_adds;
        int convolutions;
    };
    for (const auto& [options, parameters, multiply_adds, convolutions] :
         {Published{densenet121(), 7'978'856, 2'834'161'664, 120},
          Published{densenet161(), 28'681'000, 7'727'907'072, 160},
          Published{densenet169(), 14'149'480, 3'359'843'328, 168},
          Published{densenet201(), 20'013'928, 4'291'365'888, 200},
          Published{densenet264(), 33'337'704, 5'751'653'376, 264}}) {
        Graph graph;
        densenet(graph, options);
        const Description all = describe(graph);
        CHECK(all.parameters == parameters);
        CHECK(all.multiply_adds == multiply_adds);
        CHECK(std::ranges::count(all.layers, "conv2d", &LayerDescription::kind) == convolutions);
        CHECK(std::ranges::count(all.layers, "dense", &LayerDescription::kind) == 1);
    }
}
// [totals]

// [dense]
TEST_CASE("s-21: a layer reads all layers before it in its block alone and transitions halve the maps (A8)") {
    Graph graph;
    densenet(graph, densenet121());
    std::vector<int> channels;
    for (const auto* name :
         {"pool0", "denseblock1.denselayer6", "transition1.pool", "denseblock2.denselayer12",
          "transition2.pool", "denseblock3.denselayer24", "transition3.pool", "denseblock4.denselayer16"})
        channels.push_back(graph["features." + std::string(name)].shape().c);
    CHECK(channels == std::vector<int>{64, 256, 128, 512, 256, 1024, 512, 1024});
    CHECK(graph["features.norm5"].shape() == Shape{.h = 7, .w = 7, .c = 1024});
}
// [dense]

TEST_CASE("s-21: DenseNet's parameters have torchvision's names") {
    Graph graph;
    densenet(graph, densenet121());
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names.front() == "features.conv0.weight");
    CHECK(names[5] == "features.denseblock1.denselayer1.norm1.weight");
    CHECK(names[9] == "features.denseblock1.denselayer1.conv1.weight");
    CHECK(names.back() == "classifier.bias");
    CHECK(std::ranges::count(names, "features.transition3.conv.weight") == 1);
    CHECK(std::ranges::count(names, "features.norm5.running_var") == 1);
}

// [buffer]
TEST_CASE("s-21: in a session a block is one growing buffer, bit by bit what run computes") {
    Graph graph;
    const Node x = graph.input({.h = 14, .w = 14, .c = 64}), y = dense_block(x, 8, 32, "block");
    const Weights weights = initialise(graph, 1);
    const Tensor map = normal_numbers({1, 14, 14, 64});
    Session session(graph, weights, {{x, map.shape()}}, {y});
    CHECK(Tensor(session.run({{x, map}})[0]) == run(graph, weights, {{x, map}}, {y})[y]);
    // The buffer, what a layer normalised of it, and its 1x1 layer: far from one map for each concatenation.
    const int grown = 64 + 8 * 32, concatenations = 96 + 128 + 160 + 192 + 224 + 256 + 288 + 320;
    CHECK(session.map_bytes() < 14 * 14 * (2 * grown + 3 * 128) * std::int64_t{sizeof(real)});
    CHECK(session.map_bytes() < 14 * 14 * concatenations * std::int64_t{sizeof(real)});
}
// [buffer]

TEST_CASE("s-21: an image too small for DenseNet and no classes are refused") {
    DenseNet small = densenet121();
    small.input = 28;
    Graph graph;
    CHECK(error_of([&] { densenet(graph, small); }) ==
          "densenet: the image has 28 rows; it is halved five times, so it needs at least 29");
    small.classes = 0;
    CHECK(error_of([&] { densenet(graph, small); }) == "densenet: 0 classes; there must be at least 1");
    small.input = 29;
    small.classes = 3;
    CHECK(densenet(graph, small).logits.shape() == Shape{.c = 3});
}

TEST_SUITE_END();
