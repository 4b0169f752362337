// s-15 and s-21: MobileNet V2 and Xception, counted, and why a narrow end is linear.
#include <cmath>

#include "bottleneck.hpp"
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "mobilenet_v2.hpp"
#include "xception.hpp"

using namespace cnn;

namespace {

std::int64_t convolutions(const Description& all) {
    return std::ranges::count_if(
        all.layers, [](const LayerDescription& layer) { return layer.kind.ends_with("conv2d"); });
}
/// Numbers that are kept with the weights but not learned.
std::int64_t statistics(const Graph& graph) {
    std::int64_t count = 0;
    for (const Parameter& p : graph.parameters())
        if (p.role == Role::statistic) count += p.shape.size();
    return count;
}

}  // namespace

TEST_SUITE_BEGIN("19 mobilenet");

// [bottleneck]
TEST_CASE("s-21: a ReLU on a narrow map loses most pixels and on one six times as wide hardly any") {
    for (const auto& [dimensions, channels] : {std::pair{2, 2}, {2, 3}, {2, 12}, {4, 4}, {4, 24}}) {
        // A random channel is positive at every second pixel; fewer of them than dimensions are too few.
        double lost = 0, ways = 1;
        for (int positive = 0; positive < dimensions; ++positive) {
            lost += ways * std::pow(0.5, channels);
            ways = ways * (channels - positive) / (positive + 1);
        }
        CHECK(std::abs(recoverable(dimensions, channels) - (1 - lost)) < 0.02);
    }
    CHECK(recoverable(2, 2) < 0.3);
    CHECK(recoverable(2, 12) > 0.99);
}

TEST_CASE("s-21: MobileNet V2's blocks are wide inside and have no ReLU at their ends") {
    Graph graph;
    mobilenet_v2(graph);
    CHECK(graph["features.3"].shape() == Shape{.h = 56, .w = 56, .c = 24});
    CHECK(graph["features.3.conv.0.0"].shape() == Shape{.h = 56, .w = 56, .c = 144});
    CHECK(graph["features.3.conv.2"].shape().c == 24);
    int ends = 0, sums = 0;
    for (const Graph::Entry& entry : graph.entries()) {
        if (!entry.name.starts_with("features.") || entry.name.find(".conv.") == std::string::npos) continue;
        // What reads the last normalisation of a block: the sum or the next block, never a ReLU.
        const bool expands = entry.name.ends_with(".conv.3"), first = entry.name == "features.1.conv.2";
        ends += expands || first;
        for (const Graph::Entry& reader : graph.entries())
            for (const int input : reader.inputs)
                if ((expands || first) && graph.node(input).name() == entry.name) {
                    CHECK(reader.operation->kind() != "clip");
                    sums += reader.operation->kind() == "add";
                }
    }
    CHECK(ends == 17);
    CHECK(std::ranges::count(describe(graph).layers, "add", &LayerDescription::kind) == 10);
    CHECK(sums >= 10);
}
// [bottleneck]

// [totals]
TEST_CASE("s-21: parameters and multiply-adds of MobileNet V2") {
    Graph graph;
    mobilenet_v2(graph);
    const Description all = describe(graph);
    CHECK(all.parameters == 3'504'872);
    CHECK(all.multiply_adds == 300'774'272);
    CHECK(convolutions(all) == 52);
    CHECK(all.parameters + statistics(graph) == 3'538'984);  // what Keras prints
}

TEST_CASE("s-15: parameters and multiply-adds of Xception") {
    Graph graph;
    xception(graph);
    const Description all = describe(graph);
    CHECK(all.parameters == 22'855'952);
    CHECK(all.multiply_adds == 8'357'403'496);
    CHECK(convolutions(all) == 74);
    CHECK(all.parameters + statistics(graph) == 22'910'480);  // what Keras prints
}
// [totals]

TEST_CASE("s-21: widths of MobileNet V2 are rounded to multiples of 8 as in torchvision") {
    for (const auto& [width, parameters] :
         {std::pair{0.25, 1'519'112}, {0.5, 1'968'680}, {0.75, 2'636'424}, {1.4, 6'108'776}}) {
        Graph graph;
        mobilenet_v2(graph, {.width = width});
        CHECK(describe(graph).parameters == parameters);
    }
    CHECK(multiple_of_8(3) == 8);
    CHECK(multiple_of_8(12) == 16);
    CHECK(multiple_of_8(11) == 16);  // 8 would be less than nine tenths
    CHECK(multiple_of_8(42) == 40);
}

TEST_CASE("s-21: MobileNet V2's parameters have torchvision's names") {
    Graph graph;
    mobilenet_v2(graph);
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names.front() == "features.0.0.weight");
    CHECK(names[5] == "features.1.conv.0.0.weight");
    CHECK(names.back() == "classifier.1.bias");
    for (const auto* name :
         {"features.1.conv.1.weight", "features.1.conv.2.bias", "features.2.conv.1.0.weight",
          "features.17.conv.3.running_var", "features.18.1.weight"})
        CHECK(std::ranges::count(names, name) == 1);
}

TEST_CASE("s-15: Xception's maps shrink from 299 to 10 rows and its middle keeps 19") {
    Graph graph;
    xception(graph);
    std::vector<int> rows;
    for (const auto* name :
         {"block1.conv1", "block1.conv2", "block2", "block3", "block4", "block12", "block13"})
        rows.push_back(graph[name].shape().h);
    CHECK(rows == std::vector<int>{149, 147, 74, 37, 19, 19, 10});
    CHECK(graph["block14.sepconv2.pointwise"].shape() == Shape{.h = 10, .w = 10, .c = 2048});
}

TEST_CASE("s-21: a session of MobileNet V2 and of Xception gives the bits that run gives") {
    const Tensor picture = normal_numbers({1, 64, 64, 3});
    Graph v2, xceptions;
    for (const Classifier& net : {mobilenet_v2(v2, {.width = 0.25, .input = 64}),
                                  xception(xceptions, {.width = 0.25, .input = 64})}) {
        const Graph& graph = *net.image.graph;
        const Weights weights = initialise(graph, 1);
        Session session(graph, weights, {{net.image, picture.shape()}}, {net.logits});
        CHECK(Tensor(session.run({{net.image, picture}})[0]) ==
              run(graph, weights, {{net.image, picture}}, {net.logits})[net.logits]);
    }
}

TEST_CASE("s-21: widths and images and classes that MobileNet V2 and Xception cannot have are refused") {
    Graph graph;
    CHECK(error_of([&] { mobilenet_v2(graph, {.width = 0}); }) ==
          "mobilenet_v2: a width of 0; it must be above 0 and at most 16");
    CHECK(error_of([&] { mobilenet_v2(graph, {.input = 31}); }) ==
          "mobilenet_v2: the image has 31 rows; five layers halve it, so it needs at least 32");
    CHECK(error_of([&] { mobilenet_v2(graph, {.classes = 0}); }) ==
          "mobilenet_v2: 0 classes; there must be at least 1");
    CHECK(error_of([&] { xception(graph, {.width = 0.01}); }) ==
          "xception: a width of 0.01; it must leave at least one of 32 channels, and be at most 16");
    CHECK(error_of([&] { xception(graph, {.input = 6}); }) ==
          "xception: the image has 6 rows; its first two layers do not pad, so it needs at least 7");
    CHECK(error_of([&] { xception(graph, {.classes = 0}); }) ==
          "xception: 0 classes; there must be at least 1");
    CHECK(error_of([&] { recoverable(0, 1); }) ==
          "recoverable: 1 channels of 0 dimensions; both must be at least 1");
    CHECK(xception(graph, {.input = 7, .classes = 3}).logits.shape() == Shape{.c = 3});
}

TEST_SUITE_END();
