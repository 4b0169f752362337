// What `cnn tour 18` prints and draws, and the networks of the chapter.
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "densenet.hpp"

namespace cnn {

namespace {

// The slide's block, with two of its layers.
void block(Report& report) {
    Graph graph;
    dense_block(graph.input({.h = 56, .w = 56, .c = 64}, "map"), 2, 32, "block");
    figure::blocks(report.path("densenet_block.svg"),
                   drawn(graph, "map", "block.denselayer2", "Two layers of a dense block"));
    report.figure("densenet_block.svg", "Each layer reads all maps so far; its own 32 are put beside them.");
}

// Maps behind every layer: they grow inside a block, and a transition halves them.
void channels(Report& report) {
    Graph graph;
    densenet(graph, densenet121());
    const Description all = describe(graph);
    figure::Bars chart{.title = "Maps of DenseNet-121", .unit = "channels"};
    for (const auto* name :
         {"pool0", "denseblock1.denselayer6", "transition1.pool", "denseblock2.denselayer12",
          "transition2.pool", "denseblock3.denselayer24", "transition3.pool", "denseblock4.denselayer16"})
        chart.bars.push_back({name, double(graph["features." + std::string(name)].shape().c)});
    figure::bars(report.path("densenet_channels.svg"), chart);
    report.figure("densenet_channels.svg",
                  "Maps at the beginning and at the end of DenseNet-121's blocks: each layer adds 32, each "
                  "transition halves what there is.");
    report.check("parameters of DenseNet-121", all.parameters, std::int64_t{7'978'856});
    report.check("multiply-adds of DenseNet-121", all.multiply_adds, std::int64_t{2'834'161'664});
}

void walk(Report& report) {
    report.say(
        "Inside a block each layer reads what all layers before it wrote, and adds a few maps of its own.  "
        "Transitions between blocks halve the maps, their rows and their columns.");
    block(report);
    channels(report);
}

Network depth(const std::string& name, const std::string& about, const DenseNet& net) {
    return imagenet_network(name, about, net, densenet);
}

}  // namespace

Chapter chapter_18_densenet() {
    return {"18_densenet",
            "DenseNet",
            "s-21",
            walk,
            {depth("densenet121", "four dense blocks of 6, 12, 24 and 16 layers", densenet121()),
             depth("densenet161", "wider: each layer adds 48 maps", densenet161()),
             depth("densenet169", "four dense blocks of 6, 12, 32 and 32 layers", densenet169()),
             depth("densenet201", "four dense blocks of 6, 12, 48 and 32 layers", densenet201()),
             depth("densenet264", "four dense blocks of 6, 12, 64 and 48 layers", densenet264())}};
}

}  // namespace cnn
