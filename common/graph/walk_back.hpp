#pragma once
/// @file  The walk backward without its numbers: what `differentiate` and a GradientSession share.
#include "common/graph/differentiate.hpp"

namespace cnn {

/// What the walk asks for at each node.
class Backpropagation {
public:
    virtual ~Backpropagation() = default;
    virtual Shape shape(Node node) const = 0;
    virtual View map(Node node) const = 0;  ///< of a node that read_backward names
    virtual std::vector<View> saved(Node node) const = 0;
    /// Calls the node's operation; `call` lacks parameters and mode.
    virtual void step(Node node, Backward& call) const = 0;
};

/// The nodes whose backward passes the walk from these seeds calls, in the graph's order.  Errors: a node of
/// another graph, a parameter that it has not.
std::vector<Node> passed_back(const Graph& graph, const std::vector<Node>& seeds, const Wanted& wanted);

/// From the last node to the first: gradients that meet add up, and nothing is computed that nobody wants.
Gradients walk_back(const Graph& graph, const Backpropagation& maps, const Feeds& seed, const Wanted& wanted);

}  // namespace cnn
