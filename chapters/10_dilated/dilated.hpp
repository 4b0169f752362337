#pragma once
/// @file  s-14: dilated convolution, taps d pixels apart.
///
///     y(i, j, f) = b(f) + sum_{m, l, k} x(i S - P + m d, j S - P + l d, k) w(m, l, k, f)
///
/// d is the distance between neighbouring taps, so d - 1 pixels are skipped and d = 1 is ordinary (E10).
/// Layouts are chapter 04's: x (n, h, w, c_in), w (kh, kw, c_in / groups, c_out), b (1, 1, 1, c_out) or
/// empty.  Padding with zeros is no number, as in chapter 04.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"
#include "convolution.hpp"

namespace cnn {

struct DilatedConvolution {
    Extent dilation = 2;
    Extent stride = 1;
    Sides padding = 0;
    PaddingMode mode = PaddingMode::constant;  ///< constant means zeros here
    int groups = 1;
};

/// s-14's R = K + (K - 1)(d - 1): how many pixels the taps span, from the first to the last (E12).
/// Error: 2^30 and more.
int effective_kernel(int kernel, int dilation);

/// The shape rule: that of an ordinary layer whose kernel is the effective one.  Errors: a dilation below 1,
/// and what convolved_shape refuses.
Shape dilated_shape(const Shape& x, const Shape& w, const DilatedConvolution& layer);

/// The ordinary filters that do the same: d - 1 zeros between neighbouring taps.
Tensor with_zeros(View w, Extent dilation);

namespace naive {
/// The slide's own sum, for odd kernels only (E14): y(i, j) = sum_{m, n = -k ... k} f(i + m d, j + n d) w(m,
/// n), one channel, f zero outside of the image, y as large as f.
Tensor centred_sum(View f, View w, int d);

Tensor dilated_conv2d(View x, View w, View b, const DilatedConvolution& layer);
Tensor dilated_conv2d_backward_input(View dy, View w, const Shape& x, const DilatedConvolution& layer);
Tensor dilated_conv2d_backward_filters(View dy, View x, const Shape& w, const DilatedConvolution& layer);
/// Multiplications that dilated_conv2d makes, counted as they run.
std::int64_t dilated_conv2d_multiplications(View x, View w, const DilatedConvolution& layer);
}  // namespace naive

namespace optimized {
Tensor dilated_conv2d(View x, View w, View b, const DilatedConvolution& layer);
/// The same into memory of the caller's.
void dilated_conv2d_into(View x, View w, View b, const DilatedConvolution& layer, MutableView y);
Tensor dilated_conv2d_backward_input(View dy, View w, const Shape& x, const DilatedConvolution& layer);
Tensor dilated_conv2d_backward_filters(View dy, View x, const Shape& w, const DilatedConvolution& layer);
/// The same into dw, which has the filters' shape.
void dilated_conv2d_backward_filters_into(View dy, View x, const DilatedConvolution& layer, MutableView dw);

/// The layer made ready for maps of shape x, as chapter 04's.
Prepared prepared_dilated_conv2d(View w, View b, const DilatedConvolution& layer, const Shape& x);
Prepared prepared_dilated_conv2d_backward_input(View w, const DilatedConvolution& layer, const Shape& x);
}  // namespace optimized

struct DilatedOptions {
    int filters = 1;
    Extent kernel = 3;
    Extent dilation = 2;
    Extent stride = 1;
    Sides padding = 0;
    PaddingMode mode = PaddingMode::constant;
    int groups = 1;
    bool bias = true;
};

/// A node with parameters name.weight and name.bias.
Node dilated_conv(Node x, const DilatedOptions& options, std::string name = "");

}  // namespace cnn
