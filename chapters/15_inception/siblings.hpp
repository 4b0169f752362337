#pragma once
/// @file  s-19: the 1x1 convolutions of a module that read the same map: its first branch, and those that
/// shrink the map for the 3x3 and the 5x5.  Each ends in ReLU.
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// A 1x1 layer: filters (1, 1, c_in, f), bias (1, 1, 1, f).
struct Sibling {
    View w, b;
};

/// Siblings as one layer: (1, 1, c_in, f1 + f2 + ...) and its bias.
struct Merged {
    Tensor w, b;
};

namespace naive {
/// relu(w x + b) of each, one after the other.
std::vector<Tensor> siblings(View x, const std::vector<Sibling>& layers);
}  // namespace naive

namespace optimized {
/// Done once for a network.  Error: no layers, or layers that do not read the same channels.
Merged merge(const std::vector<Sibling>& layers);
/// All siblings' maps, channel behind channel: x is read once.
Tensor siblings(View x, const Merged& layers);
}  // namespace optimized

/// A merged map as the siblings' own, `filters` channels each.  Nothing is copied.
std::vector<View> slices(View y, const std::vector<int>& filters);

}  // namespace cnn
