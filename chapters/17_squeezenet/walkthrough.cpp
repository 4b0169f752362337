// What `cnn tour 17` prints and draws, and the networks of the chapter.
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "squeezenet.hpp"

namespace cnn {

namespace {

// The slide's module, with the numbers of the second one.
void module(Report& report) {
    Graph graph;
    fire(graph.input({.h = 55, .w = 55, .c = 128}, "map"), {16, 64}, "fire");
    figure::blocks(report.path("squeezenet_fire.svg"), drawn(graph, "map", "fire", "A fire module"));
    report.figure("squeezenet_fire.svg",
                  "128 maps are squeezed to 16 and expanded to 64 and 64, side by side.");
}

// Where the parameters are: the fire modules, and the 1x1 convolution to the classes.
void parameters(Report& report) {
    Graph graph;
    squeezenet(graph, SqueezeNetVersion::one_one);
    const Description all = describe(graph);
    figure::Bars chart{.title = "Parameters of SqueezeNet 1.1", .unit = "thousands"};
    for (const LayerDescription& layer : all.layers) {
        if (layer.parameters == 0) continue;
        const bool module = layer.name.find(".squeeze") != std::string::npos ||
                            layer.name.find(".expand") != std::string::npos;
        const std::string name = module ? "fire " + layer.name.substr(0, layer.name.rfind('.')) : layer.name;
        const double thousands = double(layer.parameters) / 1000;
        if (!chart.bars.empty() && chart.bars.back().label == name)
            chart.bars.back().value += thousands;
        else
            chart.bars.push_back({name, thousands});
    }
    figure::bars(report.path("squeezenet_parameters.svg"), chart);
    report.figure(
        "squeezenet_parameters.svg",
        "Parameters of each module of SqueezeNet 1.1: the last, a 1x1 convolution to 1000 classes, has "
        "most of them.");
    report.check("parameters of SqueezeNet 1.1", all.parameters, std::int64_t{1'235'496});
    const std::int64_t alexnet = 60'965'224;  // as one network, without groups 62,378,344
    report.check<std::string>("AlexNet of 2012 has so many times as many as SqueezeNet 1.0",
                              decimals(double(alexnet) / 1'248'424, 1), "48.8");
}

void walk(Report& report) {
    report.say(
        "A fire module squeezes the channels by a 1x1 layer, then expands them by 1x1 and 3x3 filters side "
        "by "
        "side. There is no dense layer: the average of each class's map is its score.");
    module(report);
    parameters(report);
}

Network version(const std::string& name, const std::string& about, SqueezeNetVersion which) {
    return imagenet_network(name, about, 224, [which](Graph& graph, const Sizes& sizes) {
        return squeezenet(graph, which, sizes.input, sizes.classes);
    });
}

}  // namespace

Chapter chapter_17_squeezenet() {
    return {"17_squeezenet",
            "SqueezeNet",
            "s-21",
            walk,
            {version("squeezenet1_0", "eight fire modules behind a 7x7 layer", SqueezeNetVersion::one_zero),
             version("squeezenet1_1", "eight fire modules, less than half of the work",
                     SqueezeNetVersion::one_one)}};
}

}  // namespace cnn
