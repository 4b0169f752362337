#pragma once
/// @file  A piece of a network as boxes for a figure, taken from the graph that runs.
#include <string>

#include "common/figure/figure.hpp"
#include "common/graph/graph.hpp"

namespace cnn {

/// The nodes from `first` to `last` in the graph's order: what each does, its name, the size of its map. What
/// works number by number (ReLU, batch normalisation, ...) is a word in the box of what it follows.  Inputs
/// from before `first` are left out.  Error: a name that is no node's, or `last` before `first`.
figure::Blocks drawn(const Graph& graph, const std::string& first, const std::string& last,
                     const std::string& title);

}  // namespace cnn
