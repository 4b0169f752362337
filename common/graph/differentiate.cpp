#include "common/graph/differentiate.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "common/base/error.hpp"

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
        if (p.trainable) names.push_back(p.name);
    return names;
}

Gradients differentiate(const Graph& graph, const Weights& weights, const Activations& activations,
                        const Feeds& seed, const Wanted& wanted, const Mode& mode) {
    const std::vector<Entry>& entries = graph.entries();
    const std::set<std::string> wanted_parameters(wanted.parameters.begin(), wanted.parameters.end());
    std::vector<bool> wanted_nodes(entries.size());
    const auto mine = [&](Node node) {
        require(node.graph == &graph, "differentiate: \"", node.name(), "\" is a node of another graph");
    };
    for (const Node& node : wanted.nodes) {
        mine(node);
        wanted_nodes[std::size_t(node.index)] = true;
    }

    std::set<std::string> unknown = wanted_parameters;
    for (const Parameter& p : graph.parameters()) unknown.erase(p.name);
    require(unknown.empty(), "differentiate: the graph has no parameter \"",
            unknown.empty() ? "" : *unknown.begin(), "\"");

    // A node matters if it is wanted, owns something wanted, or leads back to such a node.
    std::vector<bool> matters = wanted_nodes;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        for (const Parameter& p : entries[i].parameters)
            if (wanted_parameters.contains(p.name)) matters[i] = true;
        for (const int input : entries[i].inputs)
            if (matters[std::size_t(input)]) matters[i] = true;
    }

    const auto leads_on = [&](const Entry& entry) {
        return std::ranges::any_of(entry.inputs, [&](int input) { return matters[std::size_t(input)]; }) ||
               std::ranges::any_of(entry.parameters,
                                   [&](const Parameter& p) { return wanted_parameters.contains(p.name); });
    };

    std::vector<std::optional<Tensor>> gradients(entries.size());
    const auto receive = [&](std::size_t i, Tensor gradient) {
        if (gradients[i])
            add(gradient, *gradients[i]);
        else
            gradients[i] = std::move(gradient);
    };
    for (const auto& [node, gradient] : seed) {
        mine(node);
        const Shape& map = activations[node].shape();
        require(gradient.shape == map, "differentiate: the seed at \"", node.name(), "\" is ", gradient.shape,
                ", the map is ", map);
        receive(std::size_t(node.index), Tensor(gradient));
    }

    Gradients result;
    for (std::size_t i = entries.size(); i-- > 0;) {
        if (!gradients[i] || !matters[i]) continue;
        const Entry& entry = entries[i];
        if (leads_on(entry)) {
            Backward call{{{}, parameters_of(entry, weights), mode.at(i)}, {}, {}, {}, {}};
            std::vector<Tensor> input_gradients, parameter_gradients;
            for (const int input : entry.inputs) {
                const Tensor& map = activations[graph.node(input)];
                call.inputs.emplace_back(map);
                input_gradients.push_back(matters[std::size_t(input)] ? Tensor::uninitialized(map.shape())
                                                                      : Tensor());
                call.input_gradients.push_back(input_gradients.back());
            }
            for (const Parameter& p : entry.parameters) {
                const bool asked = wanted_parameters.contains(p.name);
                parameter_gradients.push_back(asked ? Tensor::uninitialized(p.shape) : Tensor());
                call.parameter_gradients.push_back(parameter_gradients.back());
            }
            call.output = activations[graph.node(int(i))];
            call.output_gradient = *gradients[i];
            entry.operation->backward(call);
            for (std::size_t k = 0; k < entry.inputs.size(); ++k)
                if (!input_gradients[k].empty())
                    receive(std::size_t(entry.inputs[k]), std::move(input_gradients[k]));
            for (std::size_t k = 0; k < entry.parameters.size(); ++k)
                if (!parameter_gradients[k].empty())
                    result.parameters.set(entry.parameters[k].name, std::move(parameter_gradients[k]));
        }
        if (wanted_nodes[i]) result.nodes.emplace(int(i), std::move(*gradients[i]));
        gradients[i].reset();
    }
    return result;
}

}  // namespace cnn
