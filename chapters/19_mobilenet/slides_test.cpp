// s-15 and s-21: MobileNet, counted.
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "mobilenet.hpp"
#include "receptive_field.hpp"

using namespace cnn;

namespace {

Description count(const MobileNetV1& net) {
    Graph graph;
    mobilenet_v1(graph, net);
    return describe(graph);
}

}  // namespace

TEST_SUITE_BEGIN("19 mobilenet");

// [totals]
TEST_CASE("s-21: parameters and multiply-adds of MobileNet in its four widths") {
    struct Published {
        double width;
        std::int64_t parameters, multiply_adds;
    };
    for (const auto& [width, parameters, multiply_adds] :
         {Published{1, 4'231'976, 568'740'352}, Published{0.75, 2'585'560, 325'400'448},
          Published{0.5, 1'331'592, 149'497'088}, Published{0.25, 470'072, 41'030'272}}) {
        CHECK(count({.width = width}).parameters == parameters);
        CHECK(count({.width = width}).multiply_adds == multiply_adds);
    }
}
// [totals]

// [full]
TEST_CASE("s-15: the same network of full convolutions takes nearly nine times the work (E16)") {
    const Description full = count({.full = true}), pairs = count({});
    CHECK(full.parameters == 29'294'088);
    CHECK(full.multiply_adds == 4'867'293'184);
    CHECK(10 * full.multiply_adds / pairs.multiply_adds == 85);
}

TEST_CASE("s-15: 95 % of the multiply-adds are in the 1x1 convolutions and 3 % in the depthwise ones") {
    std::int64_t pointwise = 0, depthwise = 0;
    const Description all = count({});
    for (const LayerDescription& layer : all.layers) {
        if (layer.name.ends_with(".pointwise")) pointwise += layer.multiply_adds;
        if (layer.name.ends_with(".depthwise")) depthwise += layer.multiply_adds;
    }
    CHECK((100'000 * pointwise + all.multiply_adds / 2) / all.multiply_adds == 94'857);
    CHECK((100'000 * depthwise + all.multiply_adds / 2) / all.multiply_adds == 3'057);
}
// [full]

TEST_CASE("s-21 s-11: the last block of MobileNet sees 315 pixels") {
    Graph graph;
    mobilenet_v1(graph);
    CHECK(receptive_field(graph, graph["block13.pointwise"]).h.size == 315);
    CHECK(receptive_field(graph, graph["block13.pointwise"]).h.jump == 32);
}

TEST_CASE("s-21: folded filters have biases and TensorFlow pads an even map below and right only") {
    CHECK(count({.width = 0.75, .folded = true}).parameters == 2'577'352);
    Graph graph;
    mobilenet_v1(graph, {.same_padding = true, .input = 64});
    const auto sides = [&](const char* name) {
        const Graph::Entry& entry = graph.entry(graph[name]);
        return entry.operation->window(graph.input_shapes(entry)).padding;
    };
    CHECK(sides("conv0") == Sides{0, 1, 0, 1});
    CHECK(sides("block1.depthwise") == Sides{1, 1, 1, 1});
    CHECK(sides("block2.depthwise") == Sides{0, 1, 0, 1});
    CHECK(graph["block13.pointwise"].shape() == Shape{.h = 2, .w = 2, .c = 1024});
}

TEST_CASE("s-21: an image too small for MobileNet, no classes and no channels are refused") {
    CHECK(error_of([] { count({.input = 31}); }) ==
          "mobilenet_v1: the image has 31 rows; five layers halve it, so it needs at least 32");
    CHECK(error_of([] { count({.classes = 0}); }) == "mobilenet_v1: 0 classes; there must be at least 1");
    CHECK(error_of([] { count({.width = 0.01}); }) ==
          "mobilenet_v1: a width of 0.01; it must leave at least one of 32 channels, and be at most 16");
}

TEST_SUITE_END();
