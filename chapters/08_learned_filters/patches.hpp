#pragma once
/// @file  What a unit saw: the part of a picture in its receptive field; and filters as pictures.
#include <string>
#include <vector>

#include "learned_filters.hpp"
#include "receptive_field.hpp"

namespace cnn {

/// The pixels of the graph's first input that can change the unit: its receptive field, clipped at the
/// borders.
Region field_of(Node node, const Maximum& unit);

/// That part of the picture, which is as large as the graph's first input and grey or RGB.  Where the field
/// reaches out of the picture the patch is grey; along an axis on which it is longer than the picture, the
/// patch is what lies inside.
Tensor patch(View picture, Node node, const Maximum& unit);

/// The patch with its longer side `side` long: pixels repeated, or where it shrinks, means over pixels.
Tensor enlarged(View patch, int side);

/// How large a part of the picture a node's units see: "14x14 pixels", "the whole picture", or "up to the
/// whole picture" where those at the border see less.
std::string sight(Node node);

/// The patches that a search found, a row for each of the first `units` channels that any picture excites (is
/// larger than zero for), each patch at most `side` long.  `picture` gives picture n as it is to be shown.
/// Nothing is excited: empty.
Tensor patch_rows(const Strongest& found, Node node, const std::function<Tensor(int n)>& picture, int units,
                  int side);

/// The first node with filters, in the graph's order.  Error: there is none.
Node first_filters(const Graph& graph);

/// Each filter of (k, k, 1 or 3, count) as a picture around its zero: blue for negative weights and red for
/// positive ones, or, with three channels, as the colours that it likes on grey.  Error: other channels.
std::vector<Tensor> filter_pictures(View filters);

/// What to look at by depth: the last node of each size of maps that has layers with weights, and `logits`.
std::vector<Node> depths(Node logits);

}  // namespace cnn
