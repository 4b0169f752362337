// A network in two: what extracts features, and what learns on them.
#include <algorithm>

#include "common/base/error.hpp"
#include "transfer_learning.hpp"

namespace cnn {

namespace {

using Entry = Graph::Entry;

bool learns(const Entry& entry) {
    return std::ranges::any_of(entry.parameters, [](const Parameter& p) { return p.role == Role::weight; });
}

/// The last layer that learns on the way to the logits.
Node last_layer(const Classifier& net) {
    const Graph& graph = *net.logits.graph;
    const std::vector<bool> needed =
        ancestors(graph, {net.logits}, std::vector<bool>(graph.entries().size()));
    for (int i = net.logits.index; i >= 0; --i)
        if (needed[std::size_t(i)] && learns(graph.entries()[std::size_t(i)])) return graph.node(i);
    throw Error("transfer: no layer before \"", net.logits.name(), "\" learns; take another network");
}

/// Which nodes the end of the network needs beside the cut.
std::vector<bool> nodes_behind(const Classifier& net, Node cut) {
    const Graph& graph = *net.logits.graph;
    require(cut.graph == &graph, "transfer: the cut is a node of another graph");
    std::vector<bool> given(graph.entries().size());
    given[std::size_t(cut.index)] = true;
    std::vector<Node> ends{net.logits};
    if (net.loss.graph != nullptr) ends.push_back(net.loss);
    std::vector<bool> needed = ancestors(graph, ends, given);
    require(cut == net.image || !needed[std::size_t(net.image.index)], "transfer: \"", net.logits.name(),
            "\" sees more of the image than through \"", cut.name(),
            "\"; cut the network where it is a single map");
    require(needed[std::size_t(cut.index)] && cut != net.logits, "transfer: \"", cut.name(),
            "\" does not come before \"", net.logits.name(), "\"; nothing would learn");
    needed[std::size_t(cut.index)] = false;
    return needed;
}

}  // namespace

Node last_features(const Classifier& net) {
    const Graph& graph = *net.logits.graph;
    const Entry& last = graph.entry(last_layer(net));
    require(last.inputs.size() == 1, "transfer: the last layer, \"", last.name, "\", reads ",
            last.inputs.size(), " nodes; name the node to cut at");
    Node cut = graph.node(last.inputs[0]);
    while (graph.entry(cut).operation && graph.entry(cut).operation->kind() == "dropout")
        cut = graph.node(graph.entry(cut).inputs.at(0));
    return cut;
}

std::vector<std::string> parameters_behind(const Classifier& net, Node cut) {
    const Graph& graph = *net.logits.graph;
    const std::vector<bool> needed = nodes_behind(net, cut);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < needed.size(); ++i)
        for (const Parameter& p : graph.entries()[i].parameters)
            if (needed[i] && p.role == Role::weight) names.push_back(p.name);
    return names;
}

// [behind]
Classifier behind(const Classifier& net, Node cut, Graph& to) {
    const Graph& graph = *net.logits.graph;
    const std::vector<bool> needed = nodes_behind(net, cut);
    std::vector<Node> copies(needed.size());
    for (std::size_t i = 0; i < needed.size(); ++i) {
        const Entry& entry = graph.entries()[i];
        std::vector<Node> inputs;
        for (const int input : entry.inputs) inputs.push_back(copies[std::size_t(input)]);
        if (graph.node(int(i)) == cut || (needed[i] && !entry.operation))
            copies[i] = to.input(entry.shape, entry.name);
        else if (needed[i])
            copies[i] = to.add(entry.operation, inputs, entry.name);
    }
    const auto copy = [&](Node node) { return node.graph ? copies[std::size_t(node.index)] : Node{}; };
    return {copy(cut), copy(net.labels), copy(net.logits), copy(net.loss)};
}
// [behind]

// [features]
Tensor features(const Classifier& net, Node cut, const Weights& weights, View images) {
    constexpr int batch = 50;
    Shape all = cut.shape();
    all.n = images.shape.n;
    Tensor result = Tensor::uninitialized(all);
    for (int first = 0; first < all.n; first += batch) {
        const int count = std::min(batch, all.n - first);
        const Activations maps = run(*cut.graph, weights, {{net.image, images.images(first, count)}}, {cut});
        copy(maps[cut], result.view().images(first, count));
    }
    return result;
}
// [features]

// [end]
Weights with_new_end(const Classifier& net, const Weights& learned, std::uint64_t seed) {
    const Graph& graph = *net.logits.graph;
    Weights start = initialise(graph, seed);
    const Node last = last_layer(net);
    for (const Entry& entry : graph.entries())
        for (const Parameter& p : entry.parameters) {
            if (&entry == &graph.entry(last)) continue;
            require(learned.has(p.name) && learned[p.name].shape() == p.shape, "transfer: there is no \"",
                    p.name, "\" of ", p.shape, " to begin with; take weights of the same network");
            start.set(p.name, learned[p.name]);
        }
    return start;
}
// [end]

}  // namespace cnn
