// What `cnn tour 15` prints and draws, and the network of the chapter.
#include <algorithm>

#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/machine/thread_count.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "convolution.hpp"
#include "heads.hpp"
#include "inception.hpp"
#include "siblings.hpp"

namespace cnn {

namespace {

// The slide's module, with the numbers of GoogLeNet's first.
void module(Report& report) {
    Graph graph;
    inception(graph.input({.h = 28, .w = 28, .c = 192}, "map"), {64, 96, 128, 16, 32, 32}, "3a");
    figure::blocks(report.path("inception_module.svg"), drawn(graph, "map", "3a", "An Inception module"));
    report.figure("inception_module.svg",
                  "Four branches look at one map with windows of different sizes. 1x1 layers shrink what the "
                  "large windows read.");
    report.check("maps of the module: 64 + 128 + 32 + 32", graph.output().shape().c, 256);
}

// What each module holds and costs.
void cost(Report& report) {
    Graph graph;
    googlenet(graph);
    const Description all = describe(graph);
    struct Part {
        std::string name;
        std::int64_t parameters = 0, multiply_adds = 0;
    };
    std::vector<Part> parts;
    for (const LayerDescription& layer : all.layers) {
        if (layer.parameters == 0) continue;
        const std::string name = layer.name.substr(0, layer.name.find('.'));
        if (parts.empty() || parts.back().name != name) parts.push_back({name});
        parts.back().parameters += layer.parameters;
        parts.back().multiply_adds += layer.multiply_adds;
    }
    Table table{{"part of GoogLeNet", "gives", "parameters", "multiply-adds"}};
    figure::Bars chart{.title = "Multiply-adds of GoogLeNet", .unit = "millions"};
    for (const Part& part : parts) {
        table.push_back({part.name, size_of(graph[part.name].shape()), grouped(part.parameters),
                         grouped(part.multiply_adds)});
        chart.bars.push_back({part.name, double(part.multiply_adds) / 1e6});
    }
    table.push_back({"all", "", grouped(all.parameters), grouped(all.multiply_adds)});
    report.table(table, "googlenet_cost");
    figure::bars(report.path("googlenet_cost.svg"), chart);
    report.figure("googlenet_cost.svg", "Multiply-adds of each part of GoogLeNet.");
    report.check("parameters of GoogLeNet; the slide says 5 million (H12)", all.parameters,
                 std::int64_t{6'998'552});
    report.check("its convolutions, 21 of them on the longest path (H7)",
                 std::ranges::count(all.layers, "conv2d", &LayerDescription::kind), std::ptrdiff_t{57});
    report.check("parameters of the dense layer that is left (A3)", parts.back().parameters,
                 std::int64_t{1'025'000});
}

// What a module would cost if its 3x3 and 5x5 layers read the whole map.
void reduction(Report& report) {
    Graph graph;
    inception(graph.input({.h = 28, .w = 28, .c = 192}), {64, 96, 128, 16, 32, 32}, "3a");
    const std::int64_t reduced = describe(graph).multiply_adds,
                       whole = std::int64_t{28} * 28 * 192 * (64 + 9 * 128 + 25 * 32 + 32);
    report.number("inceptionReduction", decimals(double(whole) / double(reduced), 1));
    report.agree("multiply-adds of module 3a, millions", reduced / 1'000'000, std::int64_t{128});
}

// A4: the gradient at each module's end, with and without the auxiliary heads.
void gradients(Report& report) {
    std::vector<figure::Series> series;
    for (const bool heads : {true, false}) {
        figure::Series one{heads ? "with heads" : "without", {}, {}};
        for (const GradientLength& at : googlenet_gradients(heads)) {
            one.x.push_back(double(one.x.size() + 1));
            one.y.push_back(at.length);
        }
        series.push_back(one);
    }
    report.plot("googlenet_gradients.svg",
                {.title = "GoogLeNet before the first step",
                 .x_label = "conv1 to conv3, then modules 3a to 5b",
                 .y_label = "length of the gradient at its end",
                 .series = series,
                 .log_y = true},
                "How much of the gradient reaches each part of GoogLeNet, with and without its two auxiliary "
                "heads. They stand behind the sixth and the ninth point.");
    report.number("googlenetHeads", decimals(series[0].y[0] / series[1].y[0], 1));
    report.check("heads lengthen the gradient at the first layer (A4)", series[0].y[0] > series[1].y[0],
                 true);
}

// Four branches into one buffer, or copied side by side.
void copies(Report& report) {
    std::vector<Tensor> branches;
    for (const int channels : {64, 128, 32, 32}) branches.push_back(normal_numbers({1, 28, 28, channels}));
    const std::vector<View> maps(branches.begin(), branches.end());
    Tensor y(concatenated_shape(shapes_of(maps)));
    std::vector<View> placed;
    int first = 0;
    for (const View& map : maps) {
        placed.push_back(View(y).channels(first, map.shape.c));
        first += map.shape.c;
    }
    report.timing("concatenation of module 3a, copied", median_seconds([&] { naive::concatenate(maps); }),
                  median_seconds([&] { optimized::concatenate_into(maps, y); }));
    report.timing("the same, already in its place", median_seconds([&] { naive::concatenate(maps); }),
                  median_seconds([&] { optimized::concatenate_into(placed, y); }));
}

// The three 1x1 layers that read module 3a's map: one by one, and as one.
void siblings(Report& report) {
    const auto drawn = [](Shape shape) { return normal_numbers(shape, std::uint64_t(shape.c)); };
    const Tensor x = drawn({.h = 28, .w = 28, .c = 192});
    std::vector<Tensor> w, b;
    for (const int filters : {64, 96, 16}) {
        w.push_back(drawn({.w = 192, .c = filters}));
        b.push_back(drawn({.c = filters}));
    }
    const std::vector<Sibling> layers{{w[0], b[0]}, {w[1], b[1]}, {w[2], b[2]}};
    const Merged merged = optimized::merge(layers);
    const ThreadCount one(1);
    const double together = median_seconds([&] { optimized::siblings(x, merged); });
    const double apart = median_seconds([&] {
        for (const Sibling& layer : layers)
            optimized::conv2d(x, layer.w, layer.b, {.activation = Activation::relu});
    });
    report.timing("three 1x1 layers of module 3a, one thread",
                  median_seconds([&] { naive::siblings(x, layers); }), together);
    report.number("inceptionMerged", percent(together / apart, 0));
}

void walk(Report& report) {
    report.say(
        "An Inception module looks at a map with windows of 1x1, 3x3 and 5x5 and puts what they find side by "
        "side.  Nine of them make GoogLeNet, with a ninth of AlexNet's parameters.");
    module(report);
    cost(report);
    reduction(report);
    gradients(report);
    copies(report);
    siblings(report);
}

}  // namespace

Chapter chapter_15_inception() {
    return {"15_inception",
            "Inception",
            "s-17, s-19",
            walk,
            {imagenet_network<GoogLeNet>(
                "googlenet_2014", "the paper's: nine Inception modules with 5x5 windows", {}, googlenet)}};
}

}  // namespace cnn
