#pragma once
/// @file  s-19: maps side by side, channel behind channel.
#include <vector>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The shape rule.
Shape concatenated_shape(const Shapes& maps);
Shapes shapes_of(const std::vector<View>& maps);

/// @name The pair
/// (n, h, w, c1), (n, h, w, c2), ... become (n, h, w, c1 + c2 + ...).  Error: no maps, or maps of other
/// batch, rows or columns.
/// @{
namespace naive {
Tensor concatenate(const std::vector<View>& maps);
}  // namespace naive

namespace optimized {
/// Into memory of the caller's.  A map that already stands in its place there is left alone: branches that
/// write their own channels make a concatenation that copies nothing.
void concatenate_into(const std::vector<View>& maps, MutableView y);
Tensor concatenate(const std::vector<View>& maps);
}  // namespace optimized
/// @}

/// A node.  A Session lets the inputs write their channels of it.
Node concatenate(const std::vector<Node>& maps, std::string name = "");

}  // namespace cnn
