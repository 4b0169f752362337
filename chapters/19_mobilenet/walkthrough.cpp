// What `cnn tour 19` prints and draws, and the networks of the chapter.
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "common/machine/thread_count.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "depthwise_separable.hpp"
#include "engine/depthwise_engine.hpp"
#include "engine/pointwise_engine.hpp"
#include "mobilenet.hpp"
#include "pair.hpp"
#include "successors.hpp"

namespace cnn {

namespace {

constexpr double widths[] = {1, 0.75, 0.5, 0.25};

std::string text(double width) {
    std::ostringstream out;
    out << width;
    return out.str().size() == 1 ? out.str() + ".0" : out.str();
}

// The slide's pair: a filter for each channel, then a 1x1 convolution.
void pair(Report& report) {
    Graph graph;
    const Node map = graph.input({.h = 112, .w = 112, .c = 32}, "map");
    separable_conv(map, 64, {.padding = 1}, "pair");
    figure::blocks(report.path("mobilenet_pair.svg"),
                   drawn(graph, "map", graph.output().name(), "A depthwise separable convolution"));
    report.figure("mobilenet_pair.svg", "The first pair of MobileNet: 32 small filters, then 64 mixtures.");
}

// Work of each width, and of the network with full convolutions in the place of its pairs.
void work(Report& report) {
    figure::Bars chart{.title = "Multiply-adds for one photograph", .unit = "millions"};
    const auto add = [&](const std::string& name, const MobileNetV1& net) {
        Graph graph;
        mobilenet_v1(graph, net);
        Description all = describe(graph);
        chart.bars.push_back({name, double(all.multiply_adds) / 1e6});
        return all;
    };
    const Description full = add("full 3x3 convolutions", {.full = true});
    for (const double width : widths) {
        const Description all = add("MobileNet " + text(width), {.width = width});
        if (width != 1) continue;
        report.check("parameters of MobileNet", all.parameters, std::int64_t{4'231'976});
        report.check("its multiply-adds, millions", all.multiply_adds / 1'000'000, std::int64_t{568});
        report.number("mobilenetSaving", std::to_string(full.multiply_adds / all.multiply_adds));
    }
    figure::bars(report.path("mobilenet_work.svg"), chart);
    report.figure(
        "mobilenet_work.svg",
        "Multiply-adds of MobileNet in its four widths, and of the same network with full 3x3 convolutions.");
}

// Two kernels on whole maps, or on bands of rows: the share of the time that is left.
std::string share(Report& report, const std::string& name, Shape map, int stride, int filters) {
    const auto drawn = [](Shape shape) { return normal_numbers(shape, std::uint64_t(shape.c)); };
    const Tensor x = drawn(map), depthwise = drawn({3, 3, 1, map.c}), a = drawn({.c = map.c}),
                 pointwise = drawn({1, 1, map.c, filters}), b = drawn({.c = filters});
    Pair layers;
    layers.depthwise.stride = stride;
    const ThreadCount one(1);
    const auto by_layers = [&] {
        const Tensor between = engine::depthwise_conv2d(x, depthwise, a, layers.depthwise);
        engine::pointwise_conv2d(between, pointwise, {.bias = b, .activation = layers.activation});
    };
    const auto by_bands = [&] { optimized::pair(x, {depthwise, a, pointwise, b}, layers); };
    by_layers(), by_bands();  // so that neither finds cold memory
    const double whole = median_seconds(by_layers), bands = median_seconds(by_bands);
    report.timing(name + " of MobileNet by bands of rows, one thread", median_seconds([&] {
                      naive::pair(x, {depthwise, a, pointwise, b}, layers);
                  }),
                  bands);
    return percent(bands / whole, 0);
}

void walk(Report& report) {
    report.say(
        "MobileNet replaces each 3x3 convolution by a pair: one filter for each channel, then a 1x1 "
        "convolution "
        "across channels (s-15). Nearly all of its work is in the 1x1 convolutions.");
    pair(report);
    work(report);
    report.number("mobilenetPairLarge", share(report, "pair 2", {.h = 112, .w = 112, .c = 64}, 2, 128));
    report.number("mobilenetPairSmall", share(report, "pair 7", {.h = 14, .w = 14, .c = 512}, 1, 512));
    walk_successors(report);
}

std::vector<Network> mobilenets() {
    std::vector<Network> all;
    for (const double width : widths) {
        Network net = imagenet_network<MobileNetV1>(
            "mobilenet_v1_" + text(width), "13 depthwise separable pairs, width " + text(width),
            {.width = width, .folded = true, .same_padding = true}, mobilenet_v1);
        net.preprocessing = {.mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}, .shorter_side = 256};
        all.push_back(std::move(net));
    }
    all.push_back(
        {.name = "mobilenet_cifar10",
         .about = "8 depthwise separable pairs for small photographs",
         .sizes = {32, 10},
         .data = DataSet::cifar10,
         .builder = [](Graph& graph, const Sizes& sizes) { return mobilenet_cifar10(graph, sizes.classes); },
         .preprocessing = cifar10_preprocessing,
         .training = mobilenet_cifar10_training(),
         .fixed = true});
    return all;
}

}  // namespace

Chapter chapter_19_mobilenet() {
    std::vector<Network> all = mobilenets();
    for (const Network& network : successors()) all.push_back(network);
    return {"19_mobilenet", "MobileNet", "s-15, s-21", walk, all};
}

}  // namespace cnn
