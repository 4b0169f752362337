#pragma once
/// @file  The walk forward: maps from inputs and weights.
///
/// `run` is the reference: node after node, each map a tensor of its own.  A Session (session.hpp) gives the
/// same bits from memory and packed weights that it keeps.
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
    /// The shape of a node's map in this run, kept or not; an Error for a node that was not computed.
    const Shape& shape(Node node) const;
    /// What the node's operation saved for its backward pass; nothing in inference.
    const std::vector<Tensor>& saved(Node node) const { return saved_[std::size_t(node.index)]; }

private:
    friend Activations run(const Graph&, const Weights&, const Feeds&, const std::vector<Node>&, const Mode&);
    std::vector<std::optional<Tensor>> maps_;
    std::vector<std::optional<Shape>> shapes_;
    std::vector<std::vector<Tensor>> saved_;
};

/// Computes the maps of `keep` from the inputs fed.  Only what they depend on is computed, and a map that
/// is not kept is freed after its last use.  The batch is the inputs'.
Activations run(const Graph& graph, const Weights& weights, const Feeds& feeds, const std::vector<Node>& keep,
                const Mode& mode = {});

/// Every node: what to keep where any gradient may be wanted afterwards.
std::vector<Node> all_nodes(const Graph& graph);

/// The nodes that `from` depends on, themselves included; the walk does not go past nodes that are `given`.
std::vector<bool> ancestors(const Graph& graph, const std::vector<Node>& from,
                            const std::vector<bool>& given);

/// Lets every node that saved something in training move its statistics by it.
void update_statistics(const Graph& graph, const Activations& activations, Weights& weights);

}  // namespace cnn
