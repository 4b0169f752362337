#pragma once
/// @file  s-15: a filter for each channel, then a 1x1 convolution across channels.
///
///     y(i, j, f) = b(f) + sum_{m, l} x(i S - P + m d, j S - P + l d, k) w(m, l, f)      with k = f /
///     multiplier
///
/// x is (n, h, w, c), w is (kh, kw, 1, c * multiplier), b is (1, 1, 1, c * multiplier) or empty for none.
/// The 1x1 convolution is chapter 09's.
#include <cstdint>
#include <span>

#include "common/graph/graph.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/report/ladder.hpp"
#include "common/tensor/tensor.hpp"
#include "padding.hpp"

namespace cnn {

struct Depthwise {
    Extent kernel = 3;  ///< of a node; functions take it from w
    Extent stride = 1;
    Sides padding = 0;
    PaddingMode mode = PaddingMode::constant;  ///< constant means zeros here: such a tap adds nothing
    Extent dilation = 1;
    int multiplier = 1;                        ///< of a node: output channels for each input channel
    bool bias = true;                          ///< of a node: whether it has one
    Activation activation = Activation::none;  ///< of y at the end, while it is still in registers
};

/// The shape rule.  Errors: filters that mix channels, a number of filters that is no multiple of the
/// channels, a window larger than the padded map, a stride or dilation below 1, sides of 2^30 and more.
Shape depthwise_shape(const Shape& x, const Shape& w, const Depthwise& layer);

/// Throws an Error unless b is empty or (1, 1, 1, c) for filters of shape w.
void require_depthwise_bias(View b, const Shape& w);
/// Throws an Error unless dy has the shape of the layer's output.
void require_depthwise_gradient(View dy, const Shape& y);

namespace naive {
Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer);
/// Gradients of depthwise_conv2d; dy is the gradient before the activation.
Tensor depthwise_conv2d_backward_input(View dy, View w, const Shape& x, const Depthwise& layer);
Tensor depthwise_conv2d_backward_filters(View dy, View x, const Shape& w, const Depthwise& layer);
/// Multiplications that depthwise_conv2d makes, those with padding included, counted as they run.
std::int64_t depthwise_multiplications(View x, View w, const Depthwise& layer);
}  // namespace naive

/// The gradients of this pair, and all that networks run on: engine/depthwise_engine.hpp.
namespace optimized {
Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer);
}  // namespace optimized

/// The steps from naive to optimized, both included.
std::span<const Rung<Tensor(View x, View w, View b, const Depthwise& layer)>> depthwise_ladder();

/// The pair: depthwise, then 1x1.
struct Separable {
    Depthwise depthwise;
    bool relu = false;  ///< max(y, 0) after the 1x1 convolution
};
/// The weights of the pair; a bias may be empty.
struct SeparableWeights {
    View depthwise, depthwise_bias, pointwise, pointwise_bias;
};
namespace naive {
Tensor separable_conv2d(View x, const SeparableWeights& w, const Separable& layer);
}  // namespace naive
namespace optimized {
Tensor separable_conv2d(View x, const SeparableWeights& w, const Separable& layer);
}  // namespace optimized

/// Multiply-adds and weights (biases left out) of a layer with this output.
struct LayerCost {
    std::int64_t multiply_adds = 0, weights = 0;
    friend bool operator==(const LayerCost&, const LayerCost&) = default;
};
/// C_out C_in K K W' H': a regular convolution.  W' and H' are the output's (E15).
LayerCost regular_cost(int c_in, Extent kernel, const Shape& y);
/// C_in K K W' H' + C_out C_in W' H': depthwise, then 1x1.
LayerCost separable_cost(int c_in, Extent kernel, const Shape& y);

/// A node with parameters name.weight and name.bias.
Node depthwise_conv(Node x, const Depthwise& layer, std::string name = "");
/// Two nodes, name.depthwise and name.pointwise, with `filters` maps at the end.
Node separable_conv(Node x, int filters, const Depthwise& layer, const std::string& name);

}  // namespace cnn
