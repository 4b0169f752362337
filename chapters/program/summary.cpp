// cnn summary: a network layer by layer, counted from its graph.
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/graph/describe.hpp"
#include "common/report/table.hpp"
#include "program/commands.hpp"
#include "receptive_field.hpp"

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

/// One side of a field: whole numbers as such, so that JSON says 14 and not 14.0.
json number(double value) {
    if (value == std::round(value)) return std::int64_t(value);
    return value;
}

/// A network, what its layers cost, and what their units see.
struct Counted {
    Graph graph;
    Classifier net;
    Description all;
    std::vector<ReceptiveField> fields;

    explicit Counted(const Network& network)
        : net(build(network, graph)), all(describe(graph)), fields(receptive_fields(graph)) {}
};

json as_json(const std::string& name, const Counted& counted) {
    const Description& all = counted.all;
    json layers = json::array();
    for (std::size_t i = 0; i < all.layers.size(); ++i) {
        const LayerDescription& layer = all.layers[i];
        const ReceptiveField& field = counted.fields[i];
        layers.push_back({{"name", layer.name},
                          {"op", layer.kind},
                          {"output", list(layer.output)},
                          {"kernel", list(layer.window.kernel)},
                          {"stride", list(layer.window.stride)},
                          {"dilation", list(layer.window.dilation)},
                          {"parameters", layer.parameters},
                          {"multiply_adds", layer.multiply_adds},
                          {"receptive_field", field.nothing ? json() : number(field.h.size)},
                          {"jump", field.nothing ? json() : number(field.h.jump)}});
    }
    const ReceptiveField& last = counted.fields[std::size_t(counted.net.logits.index)];
    return {{"net", name},
            {"input", list(counted.net.image.shape())},
            {"parameters", all.parameters},
            {"trainable", all.trainable},
            {"multiply_adds", all.multiply_adds},
            {"receptive_field", number(last.h.size)},
            {"jump", number(last.h.jump)},
            {"activations", all.activations},
            {"layers", layers}};
}

Table as_table(const Counted& counted, bool plain) {
    const auto count = [plain](std::int64_t n) {
        return plain ? std::to_string(n) : n == 0 ? std::string() : grouped(n);
    };
    Table table = {{"layer", "op", "output", "window", "parameters", "multiply-adds", "field", "jump"}};
    for (std::size_t i = 0; i < counted.fields.size(); ++i) {
        const LayerDescription& layer = counted.all.layers[i];
        const ReceptiveField& field = counted.fields[i];
        table.push_back({layer.name, layer.kind, printed(layer.output), printed(layer.window),
                         count(layer.parameters), count(layer.multiply_adds),
                         field.nothing ? "" : number(field.h.size).dump(),
                         field.nothing ? "" : number(field.h.jump).dump()});
    }
    return table;
}

void summary(const Options& options) {
    require(!(options.json && options.csv), "summary: --json and --csv exclude each other");
    const Counted counted(network(options.net));
    const Description& all = counted.all;
    if (options.json) {
        std::cout << as_json(options.net, counted).dump(2) << '\n';
    } else if (options.csv) {
        std::cout << csv(as_table(counted, true));
    } else {
        std::cout << aligned(as_table(counted, false)) << '\n'
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
    for (const Network& net : networks()) known += "\n  " + net.name + ": " + net.about;
    command->footer("\nNetworks:" + known);
    command->add_option("net", options->net, "which network")->type_name("NET")->required();
    command->add_flag("--json", options->json, "one JSON object on standard output and nothing else");
    command->add_flag("--csv", options->csv, "the layers as comma-separated values");
    add_threads(*command);
    command->callback([options] { summary(*options); });
}

}  // namespace cnn::program
