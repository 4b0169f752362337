// s-21: EfficientNet, counted.
#include <cmath>

#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "efficientnet.hpp"

using namespace cnn;

namespace {

Description count(const EfficientNet& net) {
    Graph graph;
    efficientnet(graph, net);
    return describe(graph);
}

}  // namespace

TEST_SUITE_BEGIN("21 efficientnet");

// [totals]
TEST_CASE("s-21: parameters and multiply-adds of EfficientNet-B0 to B7") {
    struct Published {
        std::int64_t parameters, millions;
    };
    const Published published[] = {{5'288'548, 386},     {7'794'184, 687},    {9'109'994, 994},
                                   {12'233'232, 1827},   {19'341'616, 4394},  {30'389'784, 10'266},
                                   {43'040'704, 19'068}, {66'347'960, 37'746}};
    for (int number = 0; number < 8; ++number) {
        const Description all = count(efficientnet_b(number));
        CAPTURE(number);
        CHECK(all.parameters == published[number].parameters);
        CHECK((all.multiply_adds + 500'000) / 1'000'000 == published[number].millions);
    }
    CHECK(count(efficientnet_b(0)).multiply_adds == 385'814'752);
}
// [totals]

// [compound]
TEST_CASE(
    "s-21: depth 1.2 and width 1.1 and resolution 1.15 multiply the work by 1.92 where 2 was meant (A10)") {
    const double alpha = 1.2, beta = 1.1, gamma = 1.15;
    CHECK(std::lround(10'000 * alpha * beta * beta * gamma * gamma) == 19'203);
    const double b0 = double(count(efficientnet_b(0)).multiply_adds),
                 b1 = double(count(efficientnet_b(1)).multiply_adds);
    CHECK(std::lround(100 * b1 / b0) == 178);  // 240 rows, which is less than 1.15 * 224, and no width
}
// [compound]

// [one]
TEST_CASE("s-21: growing depth alone is linear and growing width or resolution alone is quadratic") {
    EfficientNet deep = efficientnet_b(0), wide = deep, fine = deep;
    deep.depth = wide.width = 2;
    fine.input = 448;
    const auto times = [&](const EfficientNet& net) {
        return double(count(net).multiply_adds) / double(count(efficientnet_b(0)).multiply_adds);
    };
    CHECK(times(deep) == doctest::Approx(2).epsilon(0.1));
    CHECK(times(wide) == doctest::Approx(4).epsilon(0.1));
    CHECK(times(fine) == doctest::Approx(4).epsilon(0.01));
}
// [one]

TEST_CASE("s-21: EfficientNet-B0 has 16 blocks and 81 convolutions of which 32 squeeze or excite") {
    const Description all = count(efficientnet_b(0));
    const auto kinds = [&](const char* kind) {
        return std::ranges::count(all.layers, kind, &LayerDescription::kind);
    };
    CHECK(kinds("gate") == 16);
    CHECK(kinds("conv2d") + kinds("depthwise_conv2d") == 49 + 32);
    CHECK(kinds("add") == 9);
    CHECK(kinds("dense") == 1);
}

TEST_CASE("s-21: channels are multiples of 8 and never a tenth less than asked for") {
    CHECK(scaled_channels(32, 1) == 32);
    CHECK(scaled_channels(16, 1.1) == 16);
    CHECK(scaled_channels(24, 1.2) == 32);  // 28.8: halves go up
    CHECK(scaled_channels(3, 1) == 8);
    CHECK(scaled_channels(11, 1) == 16);  // 8 would be less than 90 % of 11
    for (int c = 8; c < 2000; ++c)
        for (const double width : {1.0, 1.1, 1.4, 2.0}) {
            const int scaled = scaled_channels(c, width);
            CHECK(scaled % 8 == 0);
            CHECK(scaled >= 0.9 * c * width);
        }
    CHECK(scaled_layers(3, 1.1) == 4);
    CHECK(scaled_layers(4, 1.0) == 4);
}

TEST_CASE("s-21: EfficientNet's parameters have torchvision's names") {
    Graph graph;
    efficientnet(graph, efficientnet_b(0));
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names.front() == "features.0.0.weight");
    CHECK(names[5] == "features.1.0.block.0.0.weight");  // no expansion in the first stage
    CHECK(names[10] == "features.1.0.block.1.fc1.weight");
    CHECK(names[19] == "features.2.0.block.0.0.weight");
    CHECK(names[29] == "features.2.0.block.2.fc1.weight");
    CHECK(std::ranges::count(names, "features.7.0.block.3.1.running_var") == 1);
    CHECK(names[names.size() - 7] == "features.8.0.weight");
    CHECK(names.back() == "classifier.1.bias");
}

// [session]
TEST_CASE("s-21: in a session gates and SiLU work in place bit by bit as run computes them") {
    Graph graph;
    const Node x = graph.input({.h = 14, .w = 14, .c = 40}),
               y = mbconv(x, {6, 5, 1, 40, 1}, 0.1, {}, "block");
    const Weights weights = initialise(graph, 1);
    const Tensor map = normal_numbers({2, 14, 14, 40});
    Session session(graph, weights, {{x, map.shape()}}, {y});
    CHECK(Tensor(session.run({{x, map}})[0]) == run(graph, weights, {{x, map}}, {y})[y]);
    // Two expanded maps for the depthwise layer, and what is there beside them: no third for SiLU or gate.
    CHECK(session.map_bytes() < 2 * 14 * 14 * (2 * 240 + 40 + 40) * std::int64_t{sizeof(real)});
}
// [session]

TEST_CASE("s-21: an EfficientNet that there is not is refused") {
    CHECK(error_of([] { efficientnet_b(8); }) == "efficientnet_b: there is no B8; there are B0 to B7");
    EfficientNet net = efficientnet_b(0);
    net.input = 31;
    CHECK(error_of([&] { count(net); }) ==
          "efficientnet: the image has 31 rows; five layers halve it, so it needs at least 32");
    net.input = 32, net.classes = 0;
    CHECK(error_of([&] { count(net); }) == "efficientnet: 0 classes; there must be at least 1");
    net.classes = 3, net.depth = 0;
    CHECK(error_of([&] { count(net); }) == "efficientnet: the depth is 0; it must be above 0 and at most 16");
    net.depth = 1, net.stages.clear();
    CHECK(error_of([&] { count(net); }) == "efficientnet: no stages; there must be at least 1");
}

TEST_SUITE_END();
