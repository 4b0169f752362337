// s-17, s-19: GoogLeNet, counted; its heads and what they do.
#include <algorithm>
#include <cmath>

#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "heads.hpp"
#include "inception.hpp"
#include "receptive_field.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("15 inception");

// [totals]
TEST_CASE("s-17: GoogLeNet has 7 million parameters and with its heads 13 (H12 A4)") {
    Graph net, with_heads;
    googlenet(net);
    googlenet(with_heads, {.auxiliary = true});
    CHECK(describe(net).parameters == 6'998'552);
    CHECK(describe(net).multiply_adds == 1'582'671'872);
    CHECK(describe(with_heads).parameters == 13'378'280);
    std::int64_t biases = 0;
    for (const Parameter& p : net.parameters())
        if (p.name.ends_with("conv.bias")) biases += p.shape.size();
    CHECK(describe(net).parameters - biases == 6'991'272);
}
// [totals]

// [paper]
TEST_CASE(
    "s-17: GoogLeNet's own table sums to 6.8 million and five of its rows miss their channels (H12 A13)") {
    struct Row {
        std::string name;
        double thousands;  // as printed; 1024 of them fit best
    };
    const std::vector<Row> rows{{"conv1", 2.7},        {"conv2", 112},        {"inception3a", 159},
                                {"inception3b", 380},  {"inception4a", 364},  {"inception4b", 437},
                                {"inception4c", 463},  {"inception4d", 580},  {"inception4e", 840},
                                {"inception5a", 1072}, {"inception5b", 1388}, {"fc", 1000}};
    Graph graph;
    googlenet(graph);
    double sum = 0;
    std::vector<std::string> wrong;
    for (const Row& row : rows) {
        std::int64_t weights = 0;
        for (const Parameter& p : graph.parameters()) {
            const bool here = p.name.starts_with(row.name) ||
                              (row.name == "conv2" && p.name.starts_with("conv3"));  // one row of the table
            if (here && p.name.ends_with(".weight")) weights += p.shape.size();
        }
        sum += row.thousands;
        if (std::abs(double(weights) / 1024 - row.thousands) > 0.01 * row.thousands)
            wrong.push_back(row.name);
    }
    CHECK(sum == doctest::Approx(6797.7));
    CHECK(wrong ==
          std::vector<std::string>{"conv1", "inception4c", "inception4d", "inception5a", "inception5b"});
    CHECK((7 + 7) * 3 * 64 == 2688);  // what the first row counts
    CHECK(graph.parameters()[0].shape.size() == 7 * 7 * 3 * 64);
}
// [paper]

// [depth]
TEST_CASE("s-17: the slide's 22 layers are GoogLeNet's longest path and it has 57 convolutions (H7)") {
    Graph graph;
    googlenet(graph);
    std::vector<int> depth(graph.entries().size(), 0);
    int convolutions = 0, dense = 0;
    for (std::size_t i = 0; i < depth.size(); ++i) {
        const Graph::Entry& entry = graph.entries()[i];
        for (const int before : entry.inputs) depth[i] = std::max(depth[i], depth[std::size_t(before)]);
        const std::string kind = entry.operation ? entry.operation->kind() : "";
        convolutions += kind == "conv2d" ? 1 : 0;
        dense += kind == "dense" ? 1 : 0;
        depth[i] += kind == "conv2d" || kind == "dense" ? 1 : 0;
    }
    CHECK(convolutions == 57);
    CHECK(dense == 1);
    CHECK(*std::ranges::max_element(depth) == 22);
}
// [depth]

TEST_CASE("s-19: one dense layer is left in GoogLeNet and holds 14 % of the parameters (A3)") {
    Graph graph;
    googlenet(graph);
    std::int64_t dense = 0;
    for (const LayerDescription& layer : describe(graph).layers)
        if (layer.kind == "dense") dense += layer.parameters;
    CHECK(dense == 1'025'000);
    CHECK(100 * dense / describe(graph).parameters == 14);
}

TEST_CASE("s-11 s-19: receptive fields of GoogLeNet module by module") {
    Graph graph;
    googlenet(graph);
    const std::vector<std::pair<std::string, std::string>> published{
        {"conv1", "7/2"},          {"maxpool1", "11/4"},      {"conv3", "19/4"},
        {"maxpool2", "27/8"},      {"inception3a", "59/8"},   {"inception3b", "91/8"},
        {"maxpool3", "107/16"},    {"inception4a", "171/16"}, {"inception4b", "235/16"},
        {"inception4c", "299/16"}, {"inception4d", "363/16"}, {"inception4e", "427/16"},
        {"maxpool4", "459/32"},    {"inception5a", "587/32"}, {"inception5b", "715/32"}};
    for (const auto& [name, field] : published) {
        const ReceptiveField f = receptive_field(graph, graph[name]);
        CHECK(std::to_string(int(f.h.size)) + "/" + std::to_string(int(f.h.jump)) == field);
    }
    Graph small;
    googlenet(small, {.layers = {.largest = 3}, .last_pooling = 2});
    CHECK(receptive_field(small, small["inception5b"]).h.size == 379);
}

// [heads]
TEST_CASE("s-19: heads lengthen the gradients of the layers before them and of no others (A4)") {
    const auto without = googlenet_gradients(false), with_heads = googlenet_gradients(true);
    REQUIRE(without.size() == 12);
    REQUIRE(with_heads.size() == 12);
    CHECK(with_heads[0].length > 1.5 * without[0].length);  // at the first layer
    for (std::size_t i = 0; i < without.size(); ++i) {
        CAPTURE(without[i].node);
        const bool after = without[i].node > "inception4d";
        if (after)
            CHECK(with_heads[i].length == without[i].length);
        else
            CHECK(with_heads[i].length > without[i].length);
    }
}
// [heads]

TEST_CASE("s-19: an image too small for GoogLeNet and no classes are refused") {
    Graph graph;
    CHECK(error_of([&] { googlenet(graph, {.input = 46}); }) ==
          "googlenet: the image has 46 rows; a convolution and four poolings halve it, so it needs at least "
          "47");
    CHECK(error_of([&] { googlenet(graph, {.classes = 0}); }) ==
          "googlenet: 0 classes; there must be at least 1");
    CHECK(error_of([&] { googlenet(graph, {.last_pooling = 4}); }) ==
          "googlenet: a last pooling of 4 rows; it is 2 or 3");
    Graph small, smaller, with_heads;
    CHECK(googlenet(small, {.input = 47, .classes = 3}).logits.shape() == Shape{.c = 3});
    CHECK(googlenet(smaller, {.input = 31, .classes = 3, .last_pooling = 2}).logits.shape() == Shape{.c = 3});
    CHECK(googlenet(with_heads, {.input = 79, .classes = 3, .auxiliary = true}).logits.shape() ==
          Shape{.c = 3});
}

TEST_SUITE_END();
