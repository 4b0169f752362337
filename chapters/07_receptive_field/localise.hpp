#pragma once
/// @file  The walk that says where: which units of every map a region can change, and which can change it.
///
/// Both directions follow the layers' windows alone.  Regions are boxes, clipped at the borders of their
/// maps; an empty region means: none.  In a chain they are the smallest boxes.  Where branches meet whose
/// layers skip pixels, a box may be larger than it must, never smaller.
#include "receptive_field.hpp"

namespace cnn {

/// For every node, the units that can change the given units of `node`.
std::vector<Region> seen_by(const Graph& graph, Node node, const Region& units);

/// For every node, the units that the given units of `node` can change.
std::vector<Region> reached_by(const Graph& graph, Node node, const Region& units);

}  // namespace cnn
