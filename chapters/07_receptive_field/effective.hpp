#pragma once
/// @file  The effective receptive field (Luo, Li, Urtasun and Zemel 2016): how much each pixel counts.
#include <memory>

#include "common/graph/run.hpp"
#include "receptive_field.hpp"

namespace cnn {

/// |dy/dx| of unit (i, j) of `node`, all channels of the unit and of the pixel summed: (1, h, w, 1).
Tensor gradient_map(const Graph& graph, const Weights& weights, View image, Node node, int i, int j);
/// The same where a run has kept all maps already.
Tensor gradient_map(const Graph& graph, const Weights& weights, const Activations& maps, Node node, int i,
                    int j);

/// The share of a map's sum that lies in a region.
double share(View map, const Region& region);

/// The smallest odd side of a square around (row, column) that holds at least `part` of the map's sum.
int side_holding(View map, int row, int column, double part);

/// The same graph with every max pooling replaced by the mean over the same window.  A maximum passes its
/// gradient to the winner alone; the mean has the same field and passes it to everyone.
std::unique_ptr<Graph> without_maxima(const Graph& graph);

/// A layer of any window with all weights alike: the mean over its taps, padding counted as zeros.
Node window_mean(Node x, const Window& window, std::string name = "");

}  // namespace cnn
