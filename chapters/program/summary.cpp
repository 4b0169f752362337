// cnn summary: a network layer by layer, counted from its graph.
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/describe.hpp"
#include "common/error.hpp"
#include "common/table.hpp"
#include "program/commands.hpp"
#include "program/networks.hpp"

namespace cnn::program {

namespace {

using json = nlohmann::ordered_json;

struct Options {
    std::string net;
    bool json = false, csv = false;
};

json list(const Shape& s) { return {s.h, s.w, s.c}; }
json list(const Extent& e) { return {e.h, e.w}; }

std::string printed(const Shape& s) {
    return std::to_string(s.h) + "x" + std::to_string(s.w) + "x" + std::to_string(s.c);
}

std::string printed(const Extent& e) { return std::to_string(e.h) + "x" + std::to_string(e.w); }

/// "3x3", "3x3 /2", "3x3 dilated 2", "all"; nothing for one pixel.
std::string printed(const Window& w) {
    if (w.whole) return "all";
    if (w.kernel == Extent(1) && w.stride == Extent(1)) return "";
    std::string text = printed(w.kernel);
    if (w.stride != Extent(1))
        text += " /" + (w.stride.h == w.stride.w ? std::to_string(w.stride.h) : printed(w.stride));
    if (w.dilation != Extent(1)) text += " dilated " + std::to_string(w.dilation.h);
    if (w.transposed) text += " transposed";
    return text;
}

json as_json(const std::string& name, const Description& all) {
    json layers = json::array();
    for (const LayerDescription& layer : all.layers)
        layers.push_back({{"name", layer.name},
                          {"op", layer.kind},
                          {"output", list(layer.output)},
                          {"kernel", list(layer.window.kernel)},
                          {"stride", list(layer.window.stride)},
                          {"dilation", list(layer.window.dilation)},
                          {"parameters", layer.parameters},
                          {"multiply_adds", layer.multiply_adds}});
    return {{"net", name},
            {"input", list(all.layers.front().output)},
            {"parameters", all.parameters},
            {"trainable", all.trainable},
            {"multiply_adds", all.multiply_adds},
            {"activations", all.activations},
            {"layers", layers}};
}

Table as_table(const Description& all, bool plain) {
    const auto number = [plain](std::int64_t n) {
        return plain ? std::to_string(n) : n == 0 ? "" : grouped(n);
    };
    Table table = {{"layer", "op", "output", "window", "parameters", "multiply-adds"}};
    for (const LayerDescription& layer : all.layers)
        table.push_back({layer.name, layer.kind, printed(layer.output), printed(layer.window),
                         number(layer.parameters), number(layer.multiply_adds)});
    return table;
}

void summary(const Options& options) {
    require(!(options.json && options.csv), "summary: --json and --csv exclude each other");
    Graph graph;
    network(options.net).build(graph);
    const Description all = describe(graph);
    if (options.json) {
        std::cout << as_json(options.net, all).dump(2) << '\n';
    } else if (options.csv) {
        std::cout << csv(as_table(all, true));
    } else {
        std::cout << aligned(as_table(all, false)) << '\n'
                  << options.net << ": " << grouped(all.parameters) << " parameters ("
                  << grouped(all.trainable) << " of them learn), " << grouped(all.multiply_adds)
                  << " multiply-adds for one image, " << grouped(all.activations) << " numbers in all maps\n";
    }
}

}  // namespace

void add_summary(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("summary", "count a network layer by layer");
    std::string known;
    for (const Network& net : networks()) known += std::string("\n  ") + net.name + ": " + net.about;
    command->footer("\nNetworks:" + known);
    command->add_option("net", options->net, "which network")->type_name("NET")->required();
    command->add_flag("--json", options->json, "one JSON object on standard output and nothing else");
    command->add_flag("--csv", options->csv, "the layers as comma-separated values");
    add_threads(*command);
    command->callback([options] { summary(*options); });
}

}  // namespace cnn::program
