#pragma once
/// @file  s-15, s-21: MobileNet's pair, a depthwise and a 1x1 convolution, as one step.
#include "common/kernels/epilogue.hpp"
#include "common/tensor/tensor.hpp"
#include "depthwise_separable.hpp"

namespace cnn {

/// Each of the two ends in an activation of its own.
struct Pair {
    Depthwise depthwise{.padding = 1, .activation = Activation::relu6};
    Activation activation = Activation::relu6;  ///< of the 1x1 convolution
};

namespace naive {
/// One layer, its whole map, then the other.
Tensor pair(View x, const SeparableWeights& w, const Pair& layers);
}  // namespace naive

namespace optimized {
/// A band of rows through both, then the next: the map between is never there as a whole.  `rows` of the
/// result a band; 0 for as many as the second cache holds.  Error: padding of other numbers than zeros, or as
/// wide as the window.
Tensor pair(View x, const SeparableWeights& w, const Pair& layers, int rows = 0);
}  // namespace optimized

}  // namespace cnn
