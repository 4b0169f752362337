#pragma once
/// @file  The walk forward: maps from inputs and weights.
#include <optional>
#include <utility>
#include <vector>

#include "common/graph/graph.hpp"
#include "common/graph/weights.hpp"

namespace cnn {

/// Which value stands at which node.
using Feeds = std::vector<std::pair<Node, View>>;

/// The maps that a run kept.
class Activations {
public:
    const Tensor& operator[](Node node) const;  ///< an Error says which node was not kept
    bool has(Node node) const {
        return std::size_t(node.index) < maps_.size() && maps_[std::size_t(node.index)].has_value();
    }

private:
    friend Activations run(const Graph&, const Weights&, const Feeds&, const std::vector<Node>&, const Mode&);
    std::vector<std::optional<Tensor>> maps_;
};

/// Computes the maps of `keep` from the inputs fed.  Only what they depend on is computed, and a map that
/// is not kept is freed after its last use.  The batch is the inputs'.
Activations run(const Graph& graph, const Weights& weights, const Feeds& feeds, const std::vector<Node>& keep,
                const Mode& mode = {});

/// Every node: what to keep where gradients are wanted afterwards.
std::vector<Node> all_nodes(const Graph& graph);

}  // namespace cnn
