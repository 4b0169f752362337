#include "common/graph/run.hpp"

#include "common/base/error.hpp"

namespace cnn {

using Entry = Graph::Entry;

std::vector<bool> ancestors(const Graph& graph, const std::vector<Node>& from,
                            const std::vector<bool>& given) {
    std::vector<bool> needed(graph.entries().size());
    for (const Node& node : from) needed[std::size_t(node.index)] = true;
    for (std::size_t i = needed.size(); i-- > 0;)
        if (needed[i] && !given[i])
            for (const int input : graph.entries()[i].inputs) needed[std::size_t(input)] = true;
    return needed;
}

const Tensor& Activations::operator[](Node node) const {
    require(has(node), "run: the map of \"", node.name(), "\" was not kept; name it among those to keep");
    return *maps_[std::size_t(node.index)];
}

const Shape& Activations::shape(Node node) const {
    const std::size_t i = std::size_t(node.index);
    require(i < shapes_.size() && shapes_[i].has_value(), "run: \"", node.name(), "\" was not computed");
    return *shapes_[i];
}

std::vector<Node> all_nodes(const Graph& graph) {
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < graph.entries().size(); ++i) nodes.push_back(graph.node(int(i)));
    return nodes;
}

Activations run(const Graph& graph, const Weights& weights, const Feeds& feeds, const std::vector<Node>& keep,
                const Mode& mode) {
    const std::vector<Entry>& entries = graph.entries();
    std::vector<View> fed(entries.size());
    std::vector<bool> given(entries.size()), kept(entries.size());
    const auto mine = [&](Node node) {
        require(node.graph == &graph, "run: \"", node.name(), "\" is a node of another graph");
    };
    for (const auto& [node, value] : feeds) {
        mine(node);
        fed[std::size_t(node.index)] = value;
        given[std::size_t(node.index)] = true;
    }
    for (const Node& node : keep) {
        mine(node);
        kept[std::size_t(node.index)] = true;
    }
    const std::vector<bool> needed = ancestors(graph, keep, given);

    // When the last node that reads a map has run, the map can go.
    std::vector<std::size_t> last_use(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (needed[i] && !given[i])
            for (const int input : entries[i].inputs) last_use[std::size_t(input)] = i;

    Activations result;
    std::vector<std::optional<Tensor>>& maps = result.maps_;
    maps.resize(entries.size());
    result.shapes_.resize(entries.size());
    result.saved_.resize(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!needed[i]) continue;
        const Entry& entry = entries[i];
        if (given[i]) {
            const Shape& s = fed[i].shape;
            require(s.h == entry.shape.h && s.w == entry.shape.w && s.c == entry.shape.c, "run: \"",
                    entry.name, "\" is fed ", s, " but the graph says ", entry.shape, " for each image");
            result.shapes_[i] = s;
            if (kept[i]) maps[i] = Tensor(fed[i]);
            continue;
        }
        require(entry.operation != nullptr, "run: the input \"", entry.name, "\" is not fed");

        // The batch comes in with the feeds, so shapes are worked out anew.
        Forward call{{{}, parameters_of(entry, weights), mode.at(i)}, {}};
        Shapes shapes;
        for (const int input : entry.inputs) {
            const auto j = std::size_t(input);
            call.inputs.push_back(given[j] ? fed[j] : View(*maps[j]));
            shapes.push_back(call.inputs.back().shape);
        }
        if (call.mode.training)
            for (const Shape& shape : entry.operation->saved(shapes))
                result.saved_[i].push_back(Tensor::uninitialized(shape));
        for (Tensor& tensor : result.saved_[i]) call.saved.emplace_back(tensor);
        result.shapes_[i] = entry.operation->output(shapes);
        maps[i] = Tensor::uninitialized(*result.shapes_[i]);
        entry.operation->forward(call, maps[i]->view());
        for (const int input : entry.inputs)
            if (last_use[std::size_t(input)] == i && !kept[std::size_t(input)])
                maps[std::size_t(input)].reset();
    }
    return result;
}

void update_statistics(const Graph& graph, const Activations& activations, Weights& weights) {
    for (const Node& node : all_nodes(graph)) {
        const std::vector<Tensor>& kept = activations.saved(node);
        if (kept.empty()) continue;
        std::vector<View> saved(kept.begin(), kept.end());
        std::vector<MutableView> parameters;
        for (const Parameter& p : graph.entry(node).parameters) parameters.emplace_back(weights[p.name]);
        graph.entry(node).operation->update(saved, parameters);
    }
}

}  // namespace cnn
