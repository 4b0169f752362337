#pragma once
/// @file  s-21: the sigmoid and the SiLU, the activation of EfficientNet.
///
///     sigmoid(x) = 1 / (1 + exp(-x))        silu(x) = x sigmoid(x)
///
/// Hendrycks and Gimpel, "Gaussian error linear units", 2016, name the SiLU; EfficientNet's paper calls it
/// swish.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// @name The pair
/// Of every number of x, which may be any view.  The backward functions give dx: sigmoid's from its result
/// y, silu's from its argument x.  Error: dy of another shape.
///
/// From -86 on both are right to five units of 2^-24, relative; below, where they are under 1e-35, they may
/// go to 0 sooner.  A NaN stays a NaN.
/// @{
namespace naive {
Tensor sigmoid(View x);
Tensor silu(View x);
Tensor sigmoid_backward(View dy, View y);
Tensor silu_backward(View dy, View x);
}  // namespace naive

namespace optimized {
Tensor sigmoid(View x);
Tensor silu(View x);
Tensor sigmoid_backward(View dy, View y);
Tensor silu_backward(View dy, View x);

/// The same into memory of the caller's, which may be the first argument itself.
/// @{
void sigmoid_into(View x, MutableView y);
void silu_into(View x, MutableView y);
void sigmoid_backward_into(View dy, View y, MutableView dx);
void silu_backward_into(View dy, View x, MutableView dx);
/// @}
}  // namespace optimized
/// @}

/// @name Nodes
/// @{
Node sigmoid(Node x, std::string name = "");
Node silu(Node x, std::string name = "");
/// @}

}  // namespace cnn
