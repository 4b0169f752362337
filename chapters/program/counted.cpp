#include "program/counted.hpp"

#include <algorithm>

namespace cnn::program {

Counted::Counted(const Network& network, const Sizes& sizes)
    : name(network.name),
      net(build(network, graph, sizes)),
      all(describe(graph)),
      fields(receptive_fields(graph)) {}

namespace {

/// A module by its full name; without children it is a layer.
struct Module {
    std::string name;
    std::vector<int> layers = {};  ///< in it, at any depth
    std::vector<Module> children = {};
};

/// The child of that name, made where there is none.
Module& child(Module& parent, const std::string& name) {
    const auto found = std::ranges::find(parent.children, name, &Module::name);
    return found != parent.children.end() ? *found : parent.children.emplace_back(Module{name});
}

/// A layer may be named as a module is: the sum at the end of "layer1.0".  Then it is a child of it.
void settle(Module& module, const std::vector<LayerDescription>& layers) {
    for (Module& inner : module.children) settle(inner, layers);
    if (module.children.empty()) return;
    for (const int i : module.layers)
        if (layers[std::size_t(i)].name == module.name) module.children.push_back({module.name, {i}});
    std::ranges::stable_sort(module.children, {}, [](const Module& inner) { return inner.layers.front(); });
}

Module modules(const std::vector<LayerDescription>& layers) {
    Module root;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string& name = layers[i].name;
        Module* at = &root;
        at->layers.push_back(int(i));
        for (std::size_t end = name.find('.');; end = name.find('.', end + 1)) {
            at = &child(*at, name.substr(0, end));
            at->layers.push_back(int(i));
            if (end == std::string::npos) break;
        }
    }
    settle(root, layers);
    return root;
}

void append(std::vector<Row>& rows, const Counted& counted, const Module& module, int level, int depth) {
    Row row{.name = module.name, .level = level, .layers = module.layers};
    for (const int i : module.layers) {
        const LayerDescription& layer = counted.all.layers[std::size_t(i)];
        row.parameters += layer.parameters;
        row.multiply_adds += layer.multiply_adds;
        row.memory += layer.output.size() * std::int64_t{sizeof(real)};
        row.output = layer.output;
        row.field = counted.fields[std::size_t(i)];
        if (module.children.empty()) {
            row.op = layer.kind;
            row.window = layer.window;
        }
    }
    row.open = !module.children.empty() && level + 1 < depth;
    rows.push_back(row);
    if (!row.open) return;
    for (const Module& inner : module.children) append(rows, counted, inner, level + 1, depth);
}

}  // namespace

std::vector<Row> tree(const Counted& counted, std::optional<int> depth) {
    std::vector<Row> rows;
    for (const Module& module : modules(counted.all.layers).children)
        append(rows, counted, module, 0, depth.value_or(int(counted.all.layers.size()) + 1));
    return rows;
}

std::vector<Row> leaves(std::vector<Row> rows) {
    std::erase_if(rows, [](const Row& row) { return row.open; });
    std::ranges::stable_sort(rows, {}, [](const Row& row) { return row.layers.front(); });
    return rows;
}

}  // namespace cnn::program
