// s-04 and s-10: LeNet-5 counted, layer by layer, as published and as it is written today.
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"

using namespace cnn;

namespace {

// "name: output, parameters that train, multiply-adds" of every node that has either.
std::vector<std::string> table(const Graph& graph) {
    std::vector<std::string> rows;
    for (const LayerDescription& layer : describe(graph).layers) {
        if (layer.parameters == 0) continue;
        std::ostringstream row;
        row << layer.name << ": " << layer.output << ", " << layer.trainable << ", " << layer.multiply_adds;
        rows.push_back(row.str());
    }
    return rows;
}

}  // namespace

TEST_SUITE_BEGIN("s-04 and s-10 LeNet-5");

// [dense_table]
TEST_CASE("s-10: the dense LeNet-5 of today has 61706 parameters and 416520 multiply-adds") {
    Graph graph;
    lenet5(graph);
    CHECK(table(graph) == std::vector<std::string>{"conv1: 1x28x28x6, 156, 117600",  //
                                                   "conv2: 1x10x10x16, 2416, 240000",
                                                   "fc1: 1x1x1x120, 48120, 48000",
                                                   "fc2: 1x1x1x84, 10164, 10080", "fc3: 1x1x1x10, 850, 840"});
    CHECK(describe(graph).parameters == 61'706);
    CHECK(describe(graph).multiply_adds == 416'520);
}
// [dense_table]

// [table_1998]
TEST_CASE("s-04: LeNet-5 of 1998 has seven layers that train and not five (H4)") {
    Graph graph;
    lenet5_1998(graph);
    CHECK(table(graph) == std::vector<std::string>{"c1: 1x28x28x6, 156, 117600",  //
                                                   "s2: 1x14x14x6, 12, 1176", "c3: 1x10x10x16, 1516, 150000",
                                                   "s4: 1x5x5x16, 32, 400", "c5: 1x1x1x120, 48120, 48000",
                                                   "f6: 1x1x1x84, 10164, 10080", "output: 1x1x1x10, 0, 840"});
    const Description all = describe(graph);
    CHECK(all.trainable == 60'000);
    CHECK(all.parameters == 60'000 + 840);  // the drawings are fixed

    // The slide counts five: those without s2 and s4.  The paper counts seven besides the input.
    CHECK(std::ranges::count_if(all.layers, [](const auto& l) { return l.parameters > 0; }) == 7);
    CHECK(std::ranges::count_if(
              all.layers, [](const auto& l) { return l.parameters > 0 && l.kind != "subsample"; }) == 5);
}
// [table_1998]

TEST_CASE("s-04: LeNet-5 of 1998 has 340908 connections") {
    Graph graph;
    lenet5_1998(graph);
    // A connection is an input of a unit, its bias included; a subsampling unit has four pixels and a bias.
    std::int64_t connections = 0;
    for (const LayerDescription& layer : describe(graph).layers) {
        if (layer.parameters == 0) continue;
        const bool biased = layer.kind != "rbf";
        connections += layer.kind == "subsample" ? 5 * layer.output.size()
                                                 : layer.multiply_adds + (biased ? layer.output.size() : 0);
    }
    CHECK(connections == 340'908);
}

TEST_CASE("s-04: C3 sees six triples and nine quadruples of maps and once all six") {
    std::array<int, 7> with{};
    std::array<int, 6> readers{};
    for (const std::vector<int>& maps : c3_table()) {
        ++with[maps.size()];
        for (const int map : maps) ++readers[std::size_t(map)];
    }
    CHECK(with == std::array{0, 0, 0, 6, 9, 0, 1});
    CHECK(readers == std::array{10, 10, 10, 10, 10, 10});  // every map of S2 is read ten times
    Graph graph;
    lenet5_1998(graph);
    int parameters = 0;  // a kernel for each connection and a bias for each map
    for (const std::vector<int>& maps : c3_table()) parameters += 25 * int(maps.size()) + 1;
    CHECK(parameters == 1516);
    for (const LayerDescription& layer : describe(graph).layers)
        if (layer.name == "c3") CHECK(layer.trainable == parameters);
}

TEST_CASE("s-10: the names and shapes in a file are those of PyTorch's LeNet-5") {
    Graph graph;
    lenet5(graph);
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names == std::vector<std::string>{"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                                            "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight",
                                            "fc3.bias"});
}

// [dense]
TEST_CASE_TEMPLATE("s-10: a dense layer weighs every number of the flattened map", Implementation, Naive,
                   Optimized) {
    const auto dense = pick<Implementation>(naive::dense, optimized::dense);
    const Tensor map = slide(R"( 1 2
                                 3 4 )");
    Tensor w({2, 2, 1, 3});  // a weight for each pixel and unit
    const std::vector<real> weights = {1, 0, -1, 1, 0, 2, 1, 0, -3, 1, 1, 4};
    std::ranges::copy(weights, w.flat().begin());
    CHECK(dense(map, w, slide("0 10 20").reshaped({.c = 3})) == slide("10 14 30").reshaped({.c = 3}));
}
// [dense]

TEST_CASE_TEMPLATE("s-10: softmax makes probabilities of logits", Implementation, Naive, Optimized) {
    const auto softmax = pick<Implementation>(naive::softmax, optimized::softmax);
    Tensor z(Shape{.c = 4});
    const double logits[] = {0, std::log(2.0), std::log(3.0), std::log(4.0)};
    std::ranges::transform(logits, z.flat().begin(), [](double v) { return real(v); });
    const Tensor p = softmax(z);
    for (int k = 0; k < 4; ++k) CHECK(p(0, 0, 0, k) == doctest::Approx((k + 1) / 10.0));
}

TEST_CASE_TEMPLATE("s-10: cross-entropy is the logarithm of what the truth was given", Implementation, Naive,
                   Optimized) {
    const auto loss = pick<Implementation>(naive::softmax_cross_entropy, optimized::softmax_cross_entropy);
    Tensor z(Shape{.n = 2, .c = 4}), labels(Shape{.n = 2});
    z(0, 0, 0, 1) = std::log(real(5));  // probabilities 1/8, 5/8, 1/8, 1/8
    labels(0, 0, 0, 0) = 1;
    CHECK(loss(z, labels) == doctest::Approx((std::log(8.0 / 5) + std::log(4.0)) / 2));
}

TEST_CASE_TEMPLATE("s-04: the squashing function passes through 1 and -1", Implementation, Naive, Optimized) {
    const auto squash = pick<Implementation>(naive::squash, optimized::squash);
    const Tensor f = squash(slide("-1000 -1 0 1 1000"));
    const double expected[] = {-1.7159, -1, 0, 1, 1.7159};
    for (int j = 0; j < 5; ++j) CHECK(f(0, 0, j, 0) == doctest::Approx(expected[j]).epsilon(1e-5));
}

TEST_CASE_TEMPLATE("s-04: subsampling multiplies the sum of four by one weight", Implementation, Naive,
                   Optimized) {
    const auto subsample = pick<Implementation>(naive::subsample, optimized::subsample);
    const Tensor map = slide(R"( 1 2 0 0
                                 3 4 0 8 )");
    CHECK(subsample(map, slide("2"), slide("-5")) == slide("15 11"));
}

TEST_CASE_TEMPLATE("s-04: a partly connected map adds up its own inputs only", Implementation, Naive,
                   Optimized) {
    const auto partial = pick<Implementation>(naive::partial_conv2d, optimized::partial_conv2d);
    Tensor x({.h = 1, .w = 1, .c = 3}), w({1, 1, 1, 3}), b(Shape{.c = 2});
    for (int c = 0; c < 3; ++c) x(0, 0, 0, c) = std::array<real, 3>{1, 10, 100}[std::size_t(c)];
    for (int k = 0; k < 3; ++k) w(0, 0, 0, k) = real(k + 1);
    b(0, 0, 0, 1) = -7;
    const Tensor y = partial(x, w, b, {{0, 2}, {1}});
    CHECK(y(0, 0, 0, 0) == 1 * 1 + 2 * 100);
    CHECK(y(0, 0, 0, 1) == 3 * 10 - 7);
}

TEST_CASE("s-04: the output is the squared distance to a drawing") {
    const Tensor codes = garment_codes();
    CHECK(codes.shape() == Shape{.h = 1, .w = 84, .c = 10});
    Tensor shirt({.c = 84});
    for (int j = 0; j < 84; ++j) shirt(0, 0, 0, j) = codes(0, 0, j, 6);
    const Tensor y = naive::rbf(shirt, codes);
    CHECK(y(0, 0, 0, 6) == 0);
    for (int k = 0; k < 10; ++k) {
        if (k == 6) continue;
        CHECK(y(0, 0, 0, k) >= 4 * 20);  // drawings differ in at least 20 of 84 pixels, each 2 apart
    }
}

TEST_CASE("s-04: the loss of 1998 stops punishing a wrong class that is far away") {
    Tensor y({.c = 2}), labels(Shape{});
    y(0, 0, 0, 0) = 3;
    y(0, 0, 0, 1) = 1;
    const double right = 3, floor = std::exp(-0.1);
    CHECK(naive::map_loss(y, labels) ==
          doctest::Approx(right + std::log(floor + std::exp(-3.0) + std::exp(-1.0))));
    y(0, 0, 0, 1) = 1000;  // beyond the rubbish class at j = 0.1
    CHECK(naive::map_loss(y, labels) == doctest::Approx(right + std::log(floor + std::exp(-3.0))));
}

TEST_SUITE_END();
