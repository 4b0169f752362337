#pragma once
/// @file  The walk backward: gradients of any node with respect to any others.
#include <map>
#include <string>
#include <vector>

#include "common/graph/run.hpp"

namespace cnn {

/// What to differentiate with respect to: any nodes (the image, a map in between), any parameters by name.
struct Wanted {
    std::vector<Node> nodes = {};
    std::vector<std::string> parameters = {};
};

struct Gradients {
    std::map<int, Tensor> nodes;  ///< by node index
    Weights parameters;

    const Tensor& operator[](Node node) const;
};

/// What to keep of a run before the walk back from `seeds` to `wanted`: the seeds, and the nodes whose maps
/// the walk reads.
std::vector<Node> read_backward(const Graph& graph, const std::vector<Node>& seeds, const Wanted& wanted);

/// Back-propagation: the graph walked backwards.  `seed` gives dL/d(node) where the walk starts, mostly 1
/// at the loss; `activations` must hold what read_backward names.  Nothing is computed that nobody asked for:
/// the walk stops at the wanted nodes.
Gradients differentiate(const Graph& graph, const Weights& weights, const Activations& activations,
                        const Feeds& seed, const Wanted& wanted, const Mode& mode = {});

/// The names of all trainable parameters.
std::vector<std::string> trainable(const Graph& graph);

}  // namespace cnn
