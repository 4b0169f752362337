#pragma once
/// @file  s-13: the 1x1 convolution: at each pixel, a weighted sum over channels.
///
///     y(i, j, f) = b(f) + sum_k x(i, j, k) w(k, f)
///
/// x is (n, h, w, c_in), w is (1, 1, c_in, c_out), b is (1, 1, 1, c_out) or empty for none.  A stride is a
/// view: x.strided(2).
#include "common/graph/graph.hpp"
#include "common/kernels/product.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

struct Pointwise {
    bool relu = false;  ///< max(y, 0) at the end, while y is still in registers
};

/// The shape rule.  Errors: a kernel that is not 1x1, channels that do not match.
Shape pointwise_shape(const Shape& x, const Shape& w);
/// Throws an Error unless b is empty or (1, 1, 1, c_out) for filters of shape w.
void require_pointwise_bias(View b, const Shape& w);
/// Throws an Error unless dy has the shape of the layer's output.
void require_pointwise_gradient(View dy, const Shape& y);

namespace naive {
Tensor pointwise_conv2d(View x, View w, View b, const Pointwise& layer = {});
/// Gradients of pointwise_conv2d; dy is the gradient before the ReLU.
Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x);
Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w);
}  // namespace naive

namespace optimized {
Tensor pointwise_conv2d(View x, View w, View b, const Pointwise& layer = {});
/// The same into memory of the caller's: y has pointwise_shape(x, w), its pixels may lie apart.
void pointwise_conv2d_into(View x, View w, View b, const Pointwise& layer, MutableView y);
/// The same with filters packed before: Panels(filter_matrix(w)).
void pointwise_conv2d_packed(View x, const Panels& w, View b, const Pointwise& layer, MutableView y);
Matrix filter_matrix(View w);
Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x);
Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w);
/// The same into memory of the caller's: dx may be every second pixel, a stride's.
void pointwise_conv2d_backward_input_into(View dy, View w, MutableView dx);
/// The same with filters packed before: Panels(filter_matrix(w).transposed()).
void pointwise_conv2d_backward_input_packed(View dy, const Panels& w, MutableView dx);
void pointwise_conv2d_backward_filters_into(View dy, View x, MutableView dw);
}  // namespace optimized

struct PointwiseOptions {
    int filters = 1;
    Extent stride = 1;
    bool bias = true;
};

/// A node with parameters name.weight and name.bias.
Node pointwise_conv(Node x, const PointwiseOptions& options, std::string name = "");

}  // namespace cnn
