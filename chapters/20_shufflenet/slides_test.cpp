// s-21: ShuffleNet, counted, and what its shuffle is for.
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "mixing.hpp"
#include "shuffle.hpp"
#include "shufflenet.hpp"

using namespace cnn;

namespace {

template <class Net, class Builder>
Description count(const Net& net, const Builder& build) {
    Graph graph;
    build(graph, net);
    return describe(graph);
}
Description count(const ShuffleNetV1& net) {
    return count(net, [](Graph& graph, const ShuffleNetV1& v1) { shufflenet_v1(graph, v1); });
}
Description count(const ShuffleNetV2& net) {
    return count(net, [](Graph& graph, const ShuffleNetV2& v2) { shufflenet_v2(graph, v2); });
}
std::int64_t convolutions(const Description& all) {
    return std::ranges::count_if(
        all.layers, [](const LayerDescription& layer) { return layer.kind.ends_with("conv2d"); });
}

}  // namespace

TEST_SUITE_BEGIN("20 shufflenet");

// [shuffle]
TEST_CASE_TEMPLATE("s-21: six channels in two groups are shuffled as the paper draws it", Implementation,
                   Naive, Optimized) {
    const auto channel_shuffle = pick<Implementation>(naive::channel_shuffle, optimized::channel_shuffle);
    Tensor x(Shape{.c = 6});
    for (int c = 0; c < 6; ++c) x(0, 0, 0, c) = real(c);  // two rows of three: 0 1 2 and 3 4 5
    const Tensor y = channel_shuffle(x, 2);
    const std::vector<real> columns{0, 3, 1, 4, 2, 5};
    CHECK(std::ranges::equal(y.flat(), columns));
    CHECK(channel_shuffle(y, 6 / 2) == x);
}
// [shuffle]

// [mixing]
TEST_CASE("s-21: without a shuffle stacked grouped convolutions keep to their own group (A9)") {
    for (const auto& [channels, groups] : {std::pair{12, 3}, {16, 4}, {64, 8}, {24, 2}}) {
        const int each = channels / groups;
        const Tensor apart = mixing(channels, groups, false), mixed = mixing(channels, groups, true);
        int nonzero = 0, shuffled = 0;
        for (int f = 0; f < channels; ++f)
            for (int c = 0; c < channels; ++c) {
                CHECK((apart(0, f, c, 0) != 0) == (f / each == c / each));
                nonzero += apart(0, f, c, 0) != 0;
                shuffled += mixed(0, f, c, 0) != 0;
            }
        CHECK(nonzero == channels * channels / groups);
        CHECK(shuffled == channels * channels);  // every output depends on every input
    }
}

TEST_CASE("s-21: groups of fewer channels than there are groups mix only in part (A9)") {
    const Tensor mixed = mixing(12, 4, true);  // three channels can come from three of four groups
    CHECK(std::ranges::count(mixed.flat(), real{0}) == 12 * 12 - 12 * 9);
}

TEST_CASE("s-21: a shuffle makes and keeps no maps but moves those there are (A9)") {
    Graph graph;
    const Node x = graph.input({.h = 28, .w = 28, .c = 60}), y = channel_shuffle(x, 3);
    CHECK(y.shape() == x.shape());
    CHECK(describe(graph).parameters == 0);
    CHECK(describe(graph).multiply_adds == 0);
}
// [mixing]

// [v1]
TEST_CASE("s-21: more groups buy more channels for the same work in ShuffleNet V1") {
    struct Published {
        int groups;
        std::int64_t parameters, multiply_adds;
    };
    for (const auto& [groups, parameters, multiply_adds] :
         {Published{1, 1'531'936, 143'078'976}, Published{2, 1'733'848, 140'836'512},
          Published{3, 1'865'728, 137'460'672}, Published{4, 1'968'344, 134'339'776},
          Published{8, 2'434'768, 138'365'952}}) {
        const Description all = count(shufflenet_v1(groups));
        CHECK(all.parameters == parameters);
        CHECK(all.multiply_adds == multiply_adds);
        CHECK(convolutions(all) == 49);
    }
}
// [v1]

// [v2]
TEST_CASE("s-21: parameters and multiply-adds of ShuffleNet V2 in its four widths") {
    struct Published {
        ShuffleNetV2 net;
        std::int64_t parameters, multiply_adds;
    };
    for (const auto& [net, parameters, multiply_adds] :
         {Published{shufflenet_v2_x0_5(), 1'366'792, 40'476'448},
          Published{shufflenet_v2_x1_0(), 2'278'604, 144'907'992},
          Published{shufflenet_v2_x1_5(), 3'503'624, 295'759'392},
          Published{shufflenet_v2_x2_0(), 7'393'996, 583'253'464}}) {
        const Description all = count(net);
        CHECK(all.parameters == parameters);
        CHECK(all.multiply_adds == multiply_adds);
        CHECK(convolutions(all) == 56);
    }
}
// [v2]

TEST_CASE("s-21: ShuffleNet V2's parameters have torchvision's names") {
    Graph graph;
    shufflenet_v2(graph, shufflenet_v2_x1_0());
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names.front() == "conv1.0.weight");
    CHECK(names[5] == "stage2.0.branch1.0.weight");
    CHECK(names.back() == "fc.bias");
    for (const auto* name : {"stage2.0.branch1.3.running_var", "stage2.0.branch2.0.weight",
                             "stage3.7.branch2.3.weight", "stage4.3.branch2.6.bias", "conv5.1.running_mean"})
        CHECK(std::ranges::count(names, name) == 1);
    CHECK(std::ranges::count(names, "stage2.1.branch1.0.weight") == 0);
}

// [session]
TEST_CASE("s-21: in a session half of a unit's channels are looked at where they are") {
    Graph graph;
    const Node image = graph.input({.h = 32, .w = 32, .c = 3}, "image");
    const Node x = graph.add(graph.entry(channel_shuffle(image, 1)).operation, {image}, "map");
    const Node half = channel_slice(x, 1, 2), rest = channel_slice(x, 0, 2);
    const Node y = interleave({half, rest});
    const Weights weights = initialise(graph, 1);
    const Tensor picture = normal_numbers({2, 32, 32, 3});
    Session session(graph, weights, {{image, picture.shape()}}, {y});
    CHECK(Tensor(session.run({{image, picture}})[0]) == run(graph, weights, {{image, picture}}, {y})[y]);
    CHECK(session.map_bytes() == 2 * 32 * 32 * (3 + 4) * std::int64_t{sizeof(real)});
}

TEST_CASE("s-21: a session of ShuffleNet V1 and V2 gives the bits that run gives") {
    const Tensor picture = normal_numbers({1, 64, 64, 3});
    Graph v1, v2;
    ShuffleNetV1 first = shufflenet_v1(8);
    ShuffleNetV2 second = shufflenet_v2_x0_5();
    first.input = second.input = 64;
    for (const Classifier& net : {shufflenet_v1(v1, first), shufflenet_v2(v2, second)}) {
        const Graph& graph = *net.image.graph;
        const Weights weights = initialise(graph, 1);
        Session session(graph, weights, {{net.image, picture.shape()}}, {net.logits});
        CHECK(Tensor(session.run({{net.image, picture}})[0]) ==
              run(graph, weights, {{net.image, picture}}, {net.logits})[net.logits]);
    }
}
// [session]

TEST_CASE("s-21: other groups than the paper's and images too small for ShuffleNet are refused") {
    CHECK(error_of([] { shufflenet_v1(5); }) ==
          "shufflenet_v1: the paper's table has 1, 2, 3, 4 and 8 groups");
    CHECK(error_of([] { count(ShuffleNetV1{.input = 31}); }) ==
          "shufflenet_v1: the image has 31 rows; five layers halve it, so it needs at least 32");
    CHECK(error_of([] { count(ShuffleNetV1{.classes = 0}); }) ==
          "shufflenet_v1: 0 classes; there must be at least 1");
    CHECK(error_of([] { count(ShuffleNetV2{.input = 31}); }) ==
          "shufflenet_v2: the image has 31 rows; five layers halve it, so it needs at least 32");
    CHECK(error_of([] { count(ShuffleNetV2{.classes = 0}); }) ==
          "shufflenet_v2: 0 classes; there must be at least 1");
    CHECK(error_of([] { count(ShuffleNetV2{.channels = 47}); }) ==
          "shufflenet_v2: 47 channels; units split them in two halves");
}

TEST_SUITE_END();
