// s-17 and s-18: VGG, counted as the lecture and the paper count it.
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "receptive_field.hpp"
#include "vgg.hpp"

using namespace cnn;

namespace {

struct Built {
    Graph graph;
    Classifier net;
    explicit Built(VggStages (*column)()) : net(vgg(graph, column())) {}
    Description all() const { return describe(graph); }
    std::int64_t sum(const std::string& part, std::int64_t LayerDescription::*what) const {
        std::int64_t total = 0;
        for (const LayerDescription& layer : all().layers)
            if (layer.name.starts_with(part)) total += layer.*what;
        return total;
    }
};

std::string field(const Graph& graph, const std::string& node) {
    const ReceptiveField f = receptive_field(graph, graph[node]);
    return std::to_string(int(f.h.size)) + "/" + std::to_string(int(f.h.jump));
}

}  // namespace

TEST_SUITE_BEGIN("14 vgg");

// [totals]
TEST_CASE("s-17 s-18: parameters and multiply-adds of VGG-11 13 16 19 and of column C (A1)") {
    struct Published {
        VggStages (*column)();
        std::int64_t parameters, of_convolutions, multiply_adds;
        int convolutions;
    };
    for (const auto& [column, parameters, of_convolutions, multiply_adds, convolutions] :
         {Published{vgg_a, 132'863'336, 9'220'480, 7'609'090'048, 8},
          Published{vgg_b, 133'047'848, 9'404'992, 11'308'466'176, 10},
          Published{vgg_c, 133'638'952, 9'996'096, 11'770'888'192, 13},
          Published{vgg_d, 138'357'544, 14'714'688, 15'470'264'320, 13},
          Published{vgg_e, 143'667'240, 20'024'384, 19'632'062'464, 16}}) {
        const Built net(column);
        CHECK(net.all().parameters == parameters);
        CHECK(net.all().multiply_adds == multiply_adds);
        CHECK(net.sum("features", &LayerDescription::parameters) == of_convolutions);
        const auto layers = net.all().layers;
        CHECK(std::ranges::count(layers, "conv2d", &LayerDescription::kind) == convolutions);
        CHECK(std::ranges::count(layers, "dense", &LayerDescription::kind) == 3);
    }
}
// [totals]

TEST_CASE(
    "s-17: the slide's 16 layers and 138 million parameters are VGG-16's: 13 convolutions and 3 dense (H7)") {
    const Built vgg(vgg_d);
    int with_weights = 0;
    for (const LayerDescription& layer : vgg.all().layers) with_weights += layer.parameters > 0 ? 1 : 0;
    CHECK(with_weights == 16);
    CHECK(vgg.all().parameters / 1'000'000 == 138);
    CHECK(vgg.sum("features", &LayerDescription::multiply_adds) == 15'346'630'656);
}

// [throughout]
TEST_CASE("s-18: 3x3 filters throughout with ReLU behind each and only column C has 1x1 (A1)") {
    for (const auto column : {vgg_a, vgg_b, vgg_d, vgg_e, vgg_c}) {
        const Built net(column);
        const auto layers = net.all().layers;
        int one_by_one = 0;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (layers[i].kind != "conv2d") continue;
            CHECK(layers[i + 1].kind == "relu");
            CHECK(layers[i].window.stride == Extent(1));
            CHECK(layers[i].output.h == net.graph.input_shapes(net.graph.entries()[i])[0].h);
            if (layers[i].window.kernel == Extent(1))
                ++one_by_one;
            else
                CHECK(layers[i].window.kernel == Extent(3));
        }
        CHECK(one_by_one == (column == vgg_c ? 3 : 0));
    }
}
// [throughout]

TEST_CASE("s-18: dropout stands behind the first two dense layers only (A2)") {
    const Built vgg(vgg_d);
    std::vector<std::string> dropped;
    for (const LayerDescription& layer : vgg.all().layers)
        if (layer.kind == "dropout") dropped.push_back(layer.name);
    CHECK(dropped == std::vector<std::string>{"classifier.2", "classifier.5"});
}

// [names]
TEST_CASE("s-18: parameters have the names and the order of torchvision's state dict") {
    const Built vgg(vgg_a);
    std::vector<std::string> names;
    for (const Parameter& p : vgg.graph.parameters())
        if (p.name.ends_with(".weight")) names.push_back(p.name);
    CHECK(names == std::vector<std::string>{"features.0.weight", "features.3.weight", "features.6.weight",
                                            "features.8.weight", "features.11.weight", "features.13.weight",
                                            "features.16.weight", "features.18.weight", "classifier.0.weight",
                                            "classifier.3.weight", "classifier.6.weight"});
}
// [names]

TEST_CASE("s-18: a normalisation behind each convolution shifts the names as torchvision's _bn networks do") {
    Graph graph;
    vgg(graph, vgg_a(), {.normalise = [](Node x, std::string name) { return relu(x, std::move(name)); }});
    std::vector<std::string> convolutions;
    for (const LayerDescription& layer : describe(graph).layers)
        if (layer.kind == "conv2d") convolutions.push_back(layer.name);
    CHECK(convolutions == std::vector<std::string>{"features.0", "features.4", "features.8", "features.11",
                                                   "features.15", "features.18", "features.22",
                                                   "features.25"});
}

// [fields]
TEST_CASE("s-18 s-11: the receptive field of VGG-16 layer by layer grows to 212 pixels and 404 behind fc6") {
    const Built vgg(vgg_d);
    std::vector<std::string> fields;
    for (const LayerDescription& layer : vgg.all().layers)
        if (layer.kind == "conv2d" || layer.kind == "max_pool2d" || layer.name == "classifier.0")
            fields.push_back(field(vgg.graph, layer.name));
    CHECK(fields == std::vector<std::string>{"3/1", "5/1", "6/2",                     //
                                             "10/2", "14/2", "16/4",                  //
                                             "24/4", "32/4", "40/4", "44/8",          //
                                             "60/8", "76/8", "92/8", "100/16",        //
                                             "132/16", "164/16", "196/16", "212/32",  //
                                             "404/32"});
}
// [fields]

// [three]
TEST_CASE("s-18: three 3x3 layers see what one 7x7 sees: 27 C^2 weights for 49 C^2 (A1)") {
    const int C = 64;
    Graph three, one;
    Node x = three.input({.h = 16, .w = 16, .c = C});
    for (int i = 0; i < 3; ++i) x = conv(x, {.filters = C, .padding = 1, .bias = false});
    const Node y =
        conv(one.input({.h = 16, .w = 16, .c = C}), {.filters = C, .kernel = 7, .padding = 3, .bias = false});
    CHECK(field(three, x.name()) == "7/1");
    CHECK(field(one, y.name()) == "7/1");
    CHECK(describe(three).parameters == 27 * C * C);
    CHECK(describe(one).parameters == 49 * C * C);
    CHECK(describe(three).multiply_adds * 49 == describe(one).multiply_adds * 27);
}
// [three]

TEST_CASE(
    "s-18 E17: fc6 is a convolution over the whole 7x7 map and holds three quarters of the parameters") {
    const Built vgg(vgg_d);
    CHECK(vgg.sum("classifier.0", &LayerDescription::parameters) == 102'764'544);
    CHECK(vgg.sum("classifier.0", &LayerDescription::parameters) * 100 / vgg.all().parameters == 74);
    CHECK(vgg.sum("classifier.0", &LayerDescription::multiply_adds) * 1000 / vgg.all().multiply_adds == 6);
}

TEST_CASE("s-18: an image too small to be halved five times and a network of no classes are refused") {
    Graph graph;
    CHECK(error_of([&] { vgg(graph, vgg_d(), {.input = 31}); }) ==
          "vgg: the image has 31 rows; 5 stages halve it as often, so it needs at least 32");
    CHECK(error_of([&] { vgg(graph, vgg_d(), {.classes = 0}); }) ==
          "vgg: 0 classes; there must be at least 1");
    CHECK(vgg(graph, vgg_d(), {.input = 32, .channels = 1, .classes = 10}).logits.shape() == Shape{.c = 10});
}

TEST_SUITE_END();
