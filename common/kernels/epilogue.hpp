#pragma once
/// @file  The epilogue of a layer: what becomes of each sum while it is still in registers.
///
///     y = activation(sum + bias + residual)
#include <algorithm>
#include <string_view>

#include "common/machine/simd.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Nothing, max(y, 0), or min(max(y, 0), 6).  A NaN stays a NaN.
enum class Activation { none, relu, relu6 };

inline real activated(real y, Activation activation) {
    if (activation == Activation::none) return y;
    const real above = std::max(y, real{0});
    return activation == Activation::relu6 ? std::min(above, real{6}) : above;
}
inline simd::vec activated(simd::vec y, Activation activation) {
    if (activation == Activation::none) return y;
    const simd::vec above = max(y, simd::vec{});
    return activation == Activation::relu6 ? min(above, simd::vec::broadcast(6)) : above;
}

/// Sums start at the bias; the residual is added to the whole sum; the activation comes last.
struct Epilogue {
    View bias = {};      ///< (1, 1, 1, c), or empty for none
    View residual = {};  ///< of y's shape, or empty for none
    Activation activation = Activation::none;
};

/// dy where the activation that made y passes it: elsewhere 0.  A NaN of y passes.
Tensor before_activation(Activation activation, View y, View dy);

/// Throws an Error that begins with the layer's name unless b is empty or (1, 1, 1, filters).
void require_bias(std::string_view layer, View b, int filters);
/// Throws an Error unless dy has the shape of the layer's output.
void require_gradient(std::string_view layer, View dy, const Shape& y);
/// Throws an Error unless bias and residual are empty or fit a layer whose output has shape y.
void require_epilogue(std::string_view layer, const Epilogue& epilogue, const Shape& y);

}  // namespace cnn
