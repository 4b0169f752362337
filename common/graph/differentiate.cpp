#include "common/graph/differentiate.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "common/base/error.hpp"
#include "common/graph/walk_back.hpp"

namespace cnn {

using Entry = Graph::Entry;

const Tensor& Gradients::operator[](Node node) const {
    const auto found = nodes.find(node.index);
    require(found != nodes.end(), "differentiate: no gradient for \"", node.name(),
            "\"; it was not wanted, or the seed does not depend on it");
    return found->second;
}

std::vector<std::string> trainable(const Graph& graph) {
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters())
        if (p.role == Role::weight) names.push_back(p.name);
    return names;
}

namespace {

// A node matters if it is wanted, owns something wanted, or depends on such a node.
struct Path {
    const Graph& graph;
    std::vector<bool> wanted, matters;
    std::set<std::string> parameters;

    Path(const Graph& net, const Wanted& asked)
        : graph(net),
          wanted(net.entries().size()),
          parameters(asked.parameters.begin(), asked.parameters.end()) {
        for (const Node& node : asked.nodes) {
            require_mine(node);
            wanted[std::size_t(node.index)] = true;
        }
        std::set<std::string> unknown = parameters;
        for (const Parameter& p : graph.parameters()) unknown.erase(p.name);
        require(unknown.empty(), "differentiate: the graph has no parameter \"",
                unknown.empty() ? "" : *unknown.begin(), "\"");
        matters = wanted;
        for (std::size_t i = 0; i < matters.size(); ++i)
            if (leads_on(graph.entries()[i])) matters[i] = true;
    }
    void require_mine(Node node) const {
        require(node.graph == &graph, "differentiate: \"", node.name(), "\" is a node of another graph");
    }
    bool asked(const Parameter& p) const { return parameters.contains(p.name); }
    // Whether the walk must pass through this node's backward.
    bool leads_on(const Entry& entry) const {
        return std::ranges::any_of(entry.inputs, [&](int input) { return matters[std::size_t(input)]; }) ||
               std::ranges::any_of(entry.parameters, [&](const Parameter& p) { return asked(p); });
    }
};

/// The maps that a run kept.
class Kept : public Backpropagation {
public:
    Kept(const Graph& graph, const Weights& weights, const Activations& activations, const Mode& mode)
        : graph_(graph), weights_(weights), activations_(activations), mode_(mode) {}

    Shape shape(Node node) const override { return activations_.shape(node); }
    View map(Node node) const override { return activations_[node]; }
    std::vector<View> saved(Node node) const override {
        const std::vector<Tensor>& tensors = activations_.saved(node);
        return {tensors.begin(), tensors.end()};
    }
    void step(Node node, Backward& call) const override {
        const Entry& entry = graph_.entry(node);
        call.parameters = parameters_of(entry, weights_);
        call.mode = mode_.at(std::size_t(node.index));
        entry.operation->backward(call);
    }

private:
    const Graph& graph_;
    const Weights& weights_;
    const Activations& activations_;
    const Mode& mode_;
};

// A map that backward reads; or its shape alone.
View map_of(const Backpropagation& maps, Node node, bool read) {
    if (read) return maps.map(node);
    View shape;
    shape.shape = maps.shape(node);
    return shape;
}

}  // namespace

std::vector<Node> passed_back(const Graph& graph, const std::vector<Node>& seeds, const Wanted& wanted) {
    const Path path(graph, wanted);
    for (const Node& seed : seeds) path.require_mine(seed);
    const std::vector<bool> below = ancestors(graph, seeds, std::vector<bool>(graph.entries().size()));
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < below.size(); ++i)
        if (below[i] && path.leads_on(graph.entries()[i])) nodes.push_back(graph.node(int(i)));
    return nodes;
}

std::vector<Node> read_backward(const Graph& graph, const std::vector<Node>& seeds, const Wanted& wanted) {
    std::vector<bool> read(graph.entries().size());
    for (const Node& node : passed_back(graph, seeds, wanted)) {
        const Entry& entry = graph.entry(node);
        const Reads reads = entry.operation->backward_reads();
        if (reads.output) read[std::size_t(node.index)] = true;
        if (reads.inputs)
            for (const int input : entry.inputs) read[std::size_t(input)] = true;
    }
    for (const Node& seed : seeds) read[std::size_t(seed.index)] = true;
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < read.size(); ++i)
        if (read[i]) nodes.push_back(graph.node(int(i)));
    return nodes;
}

Gradients differentiate(const Graph& graph, const Weights& weights, const Activations& activations,
                        const Feeds& seed, const Wanted& wanted, const Mode& mode) {
    return walk_back(graph, Kept(graph, weights, activations, mode), seed, wanted);
}

Gradients walk_back(const Graph& graph, const Backpropagation& maps, const Feeds& seed,
                    const Wanted& wanted) {
    const std::vector<Entry>& entries = graph.entries();
    const Path path(graph, wanted);
    std::vector<std::optional<Tensor>> gradients(entries.size());
    const auto receive = [&](std::size_t i, Tensor gradient) {
        if (gradients[i])
            add(gradient, *gradients[i]);
        else
            gradients[i] = std::move(gradient);
    };
    for (const auto& [node, gradient] : seed) {
        path.require_mine(node);
        const Shape map = maps.shape(node);
        require(gradient.shape == map, "differentiate: the seed at \"", node.name(), "\" is ", gradient.shape,
                ", the map is ", map);
        receive(std::size_t(node.index), Tensor(gradient));
    }

    Gradients result;
    for (std::size_t i = entries.size(); i-- > 0;) {
        if (!gradients[i] || !path.matters[i]) continue;
        const Entry& entry = entries[i];
        if (path.leads_on(entry)) {
            const Node here = graph.node(int(i));
            Backward call;
            const Reads reads = entry.operation->backward_reads();
            call.saved = maps.saved(here);
            std::vector<Tensor> input_gradients, parameter_gradients;
            for (const int input : entry.inputs) {
                const Node node = graph.node(input);
                call.inputs.push_back(map_of(maps, node, reads.inputs));
                input_gradients.push_back(
                    path.matters[std::size_t(input)] ? Tensor::uninitialized(maps.shape(node)) : Tensor());
                call.input_gradients.push_back(input_gradients.back());
            }
            for (const Parameter& p : entry.parameters) {
                parameter_gradients.push_back(path.asked(p) ? Tensor::uninitialized(p.shape) : Tensor());
                call.parameter_gradients.push_back(parameter_gradients.back());
            }
            call.output = map_of(maps, here, reads.output);
            call.output_gradient = *gradients[i];
            maps.step(here, call);
            for (std::size_t k = 0; k < entry.inputs.size(); ++k)
                if (!input_gradients[k].empty())
                    receive(std::size_t(entry.inputs[k]), std::move(input_gradients[k]));
            for (std::size_t k = 0; k < entry.parameters.size(); ++k)
                if (!parameter_gradients[k].empty())
                    result.parameters.set(entry.parameters[k].name, std::move(parameter_gradients[k]));
        }
        if (path.wanted[i]) result.nodes.emplace(int(i), std::move(*gradients[i]));
        gradients[i].reset();
    }
    return result;
}

}  // namespace cnn
