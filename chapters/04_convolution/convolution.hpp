#pragma once
/// @file  s-05, s-07, s-08: the convolutional layer.
///
///     y(i, j, f) = b(f) + sum_{m, n, k} x(i S - P + m, j S - P + n, k) w(m, n, k, f)
///
/// As in the lecture and in every library, this is cross-correlation: the kernel is not flipped (E2).
/// Padding with zeros is no number: a tap on it adds nothing to y, nor to the filters' gradient, not even
/// where the weight or dy is infinite or NaN.  On the map all products count, as IEEE 754 has them. x is (n,
/// h, w, c_in), w is (kh, kw, c_in / groups, c_out), b is (1, 1, 1, c_out) or empty for none.
#include <functional>
#include <optional>
#include <span>

#include "common/graph/graph.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/report/ladder.hpp"
#include "common/tensor/tensor.hpp"
#include "padding.hpp"

namespace cnn {

/// The layer.  A node needs all of it; a function takes filters and kernel from w's shape, the bias from b.
struct Convolution {
    int filters = 1;
    Extent kernel = 3;
    Extent stride = 1;
    Sides padding = 0;
    PaddingMode mode = PaddingMode::constant;  ///< constant means zeros here
    int groups = 1;                            ///< output channels see c_in / groups input channels each
    bool bias = true;
    Activation activation = Activation::none;     ///< at the end, while y is still in registers
    std::optional<Initialiser> initialiser = {};  ///< of the filters; PyTorch's default for none
};

/// floor((size + before + after - kernel) / stride) + 1: the slide's formula with the floor it forgets (E1).
int output_extent(int size, int before, int after, int kernel, int stride);

/// The shape rule of the layer.  Errors: channels that do not match (or not the groups), a kernel larger
/// than the padded map, a stride or a number of groups below 1, sides or padded maps of 2^30 and more.
Shape convolved_shape(const Shape& x, const Shape& w, const Convolution& layer);

/// Throws an Error unless b is empty or (1, 1, 1, c_out) for filters of shape w.
void require_bias(View b, const Shape& w);
/// Throws an Error unless dy has the shape of the layer's output.
void require_gradient(View dy, const Shape& y);

namespace naive {
Tensor conv2d(View x, View w, View b, const Convolution& layer);
/// Gradients of conv2d; dy is the gradient before the activation.
Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer);
Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer);
/// Multiplications that conv2d really makes with this input, padding included, counted as they run.
std::int64_t conv2d_multiplications(View x, View w, const Convolution& layer);
}  // namespace naive

/// A layer made ready: the call writes its second argument.  Filters and bias must live as long.
using Prepared = std::function<void(View from, MutableView to)>;

namespace optimized {
Tensor conv2d(View x, View w, View b, const Convolution& layer);
/// The same with the filters packed once, for maps of any shape.
Prepared prepared_conv2d(View w, View b, const Convolution& layer);
/// The gradients are the engine's.
Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer);
Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer);
}  // namespace optimized

using Conv2dFunction = Tensor(View x, View w, View b, const Convolution& layer);
/// The steps from naive to optimized, each equal to naive.
std::span<const Rung<Conv2dFunction>> convolution_ladder();

/// db of the layer: dy summed over images, rows and columns.
Tensor bias_gradient(View dy);

/// A node with parameters name.weight and name.bias.
Node conv(Node x, const Convolution& layer, std::string name = "");
/// The same plus a residual of the output's shape, added before the activation: the end of a residual block
/// as one pass over memory (s-20).
Node conv_plus(Node x, Node residual, const Convolution& layer, std::string name = "");
/// A node of max(x, 0).
Node relu(Node x, std::string name = "");

}  // namespace cnn
