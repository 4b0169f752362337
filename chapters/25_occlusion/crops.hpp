#pragma once
/// @file  A part of a layer: which part of its inputs a box of its output needs, and how to run it on that
/// part.
#include <vector>

#include "common/graph/graph.hpp"
#include "receptive_field.hpp"

namespace cnn {

/// How one layer is recomputed for one place of the patch.
struct Crop {
    Region out;        ///< the units of the layer's map that change; empty where none does
    bool all = false;  ///< the layer sees its whole input, so it runs whole
    Region in;         ///< what every input is cropped to; its first row and column lie on the layer's stride
    int top = 0, left = 0;  ///< where `out` begins in the result of the cropped run

    /// What must be alike for two places of the patch to share a batch: all sizes, and offsets within the
    /// crops.
    std::vector<int> geometry() const;
};

/// The crop of every node for which `region` of the picture changes.
std::vector<Crop> crops(const Graph& graph, Node image, const Region& region);

}  // namespace cnn
