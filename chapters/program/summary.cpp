// cnn summary: a network layer by layer, counted from its graph; without a name, all networks.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/report/page.hpp"
#include "common/report/table.hpp"
#include "program/commands.hpp"
#include "program/counted.hpp"

namespace cnn::program {

namespace {

using json = nlohmann::ordered_json;

struct Options {
    std::string net;
    std::filesystem::path drawing;
    std::optional<int> input, classes, depth;
    bool json = false, csv = false;
};

json list(const Shape& s) { return {s.h, s.w, s.c}; }
json list(const Extent& e) { return {e.h, e.w}; }

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

/// Bytes as megabytes of a million: "553.43 MB".
std::string megabytes(std::int64_t bytes) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(2) << double(bytes) / 1e6 << " MB";
    return out.str();
}

std::int64_t bytes(std::int64_t numbers) { return numbers * std::int64_t{sizeof(real)}; }

json as_json(const Counted& counted, const std::optional<int>& depth) {
    const Description& all = counted.all;
    json layers = json::array();
    for (const Row& row : leaves(tree(counted, depth)))
        layers.push_back({{"name", row.name},
                          {"op", row.op},
                          {"output", list(row.output)},
                          {"kernel", list(row.window.kernel)},
                          {"stride", list(row.window.stride)},
                          {"dilation", list(row.window.dilation)},
                          {"parameters", row.parameters},
                          {"multiply_adds", row.multiply_adds},
                          {"receptive_field", row.field.nothing ? json() : number(row.field.h.size)},
                          {"jump", row.field.nothing ? json() : number(row.field.h.jump)},
                          {"memory", row.memory}});
    const ReceptiveField& last = counted.fields[std::size_t(counted.net.logits.index)];
    return {{"net", counted.name},
            {"input", list(counted.net.image.shape())},
            {"classes", counted.net.logits.shape().c},
            {"parameters", all.parameters},
            {"trainable", all.trainable},
            {"multiply_adds", all.multiply_adds},
            {"receptive_field", number(last.h.size)},
            {"jump", number(last.h.jump)},
            {"activations", all.activations},
            {"parameter_bytes", bytes(all.parameters)},
            {"activation_bytes", bytes(all.activations)},
            {"layers", layers}};
}

/// For machines: full names and bare numbers.  For readers: modules with their layers indented below.
Table as_table(const std::vector<Row>& rows, bool plain) {
    const auto count = [plain](std::int64_t n) {
        return plain ? std::to_string(n) : n == 0 ? std::string() : grouped(n);
    };
    Table table = {
        {"layer", "op", "output", "window", "parameters", "multiply-adds", "field", "jump", "memory"}};
    for (const Row& row : rows) {
        const std::string name = plain || row.level == 0
                                     ? row.name
                                     : std::string(2 * std::size_t(row.level), ' ') + row.last_name();
        const bool sees = !row.open && !row.field.nothing;
        table.push_back({name, row.op, row.open ? "" : size_of(row.output), printed(row.window),
                         count(row.parameters), count(row.multiply_adds),
                         sees ? number(row.field.h.size).dump() : "",
                         sees ? number(row.field.h.jump).dump() : "", count(row.memory)});
    }
    return table;
}

void print(const Counted& counted, const std::optional<int>& depth) {
    const Description& all = counted.all;
    const ReceptiveField& last = counted.fields[std::size_t(counted.net.logits.index)];
    std::cout << aligned(as_table(tree(counted, depth), false)) << '\n'
              << counted.name << " for " << size_of(counted.net.image.shape()) << " pictures and "
              << counted.net.logits.shape().c << " classes\n"
              << "  " << grouped(all.parameters) << " parameters (" << grouped(all.trainable)
              << " of them learn): " << megabytes(bytes(all.parameters)) << '\n'
              << "  " << grouped(all.multiply_adds) << " multiply-adds for one image\n"
              << "  " << grouped(all.activations)
              << " numbers in all maps of one image: " << megabytes(bytes(all.activations)) << '\n'
              << "  a score sees " << number(last.h.size) << " pixels a side, borders included\n";
}

void within(const char* option, const std::optional<int>& value, int most) {
    require(!value || (*value >= 1 && *value <= most), "summary: ", option, ' ', value.value_or(0),
            "; it must be from 1 to ", most);
}

void summary(const Options& options) {
    require(!(options.json && options.csv), "summary: --json and --csv exclude each other");
    if (options.net.empty()) {
        require(options.drawing.empty() && !options.input && !options.classes && !options.depth,
                "summary: which network? --input, --classes, --depth and --draw need one");
        return list_networks(options.json, options.csv);
    }
    const Network& found = network(options.net);
    // Within these bounds every count fits into 64 bits.
    within("--input", options.input, 65'536);
    within("--classes", options.classes, 1'000'000);
    within("--depth", options.depth, 1'000'000);

    const Counted counted(found, {options.input.value_or(0), options.classes.value_or(0)});
    if (!options.drawing.empty()) draw(counted, tree(counted, options.depth), options.drawing);
    if (options.json)
        std::cout << as_json(counted, options.depth).dump(2) << '\n';
    else if (options.csv)
        std::cout << csv(as_table(leaves(tree(counted, options.depth)), true));
    else
        print(counted, options.depth);
}

}  // namespace

void add_summary(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("summary", "count a network layer by layer, or list them all");
    command->add_option("net", options->net, "which network; without one, all are listed")->type_name("NET");
    command->add_option("--input", options->input, "the side of the picture, in pixels")->type_name("N");
    command->add_option("--classes", options->classes, "how many classes")->type_name("N");
    command->add_option("--depth", options->depth, "how many levels of modules to open")->type_name("D");
    command->add_option("--draw", options->drawing, "draw the network, with graphviz")->type_name("F.svg");
    command->add_flag("--json", options->json, "one JSON object on standard output and nothing else");
    command->add_flag("--csv", options->csv, "the layers as comma-separated values");
    add_threads(*command);
    command->callback([options] { summary(*options); });
}

}  // namespace cnn::program
