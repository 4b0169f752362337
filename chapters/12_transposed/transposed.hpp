#pragma once
/// @file  s-16: transposed convolution, a convolution's matrix transposed.
///
///     y(i S - P + m d, j S - P + l d, k) += x(i, j, c) w(m, l, k, c)     y starts as the bias
///
/// The filters are those of the convolution that this is the transpose of, the one from y's shape to x's:
/// w is (kh, kw, c_out / groups, c_in), so one tensor serves both directions.  In a file it is
/// [c_in, c_out / groups, kh, kw], as PyTorch's ConvTranspose2d has it.  b is (1, 1, 1, c_out), or empty for
/// none.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"
#include "convolution.hpp"

namespace cnn {

struct TransposedConvolution {
    Extent stride = 1;
    Sides padding = 0;  ///< crops the result: it is the padding of the convolution that is transposed
    Extent output_padding =
        0;  ///< rows and columns more below and right: computed like the others, not zeros
    Extent dilation = 1;
    int groups = 1;
};

/// (size - 1) stride - before - after + dilation (kernel - 1) + 1 + output_padding.  The slide's formula is
/// the case of dilation 1 and output_padding 0 (E20).
std::int64_t transposed_extent(std::int64_t size, std::int64_t kernel, std::int64_t stride,
                               std::int64_t before, std::int64_t after, std::int64_t dilation,
                               std::int64_t output_padding);

/// The shape rule.  Errors: channels or groups that do not match, a stride or dilation below 1, negative
/// padding, an output_padding that is not below the stride, nothing left after the padding is cropped, 2^30
/// rows or columns and more before that.
Shape transposed_shape(const Shape& x, const Shape& w, const TransposedConvolution& layer);

/// The matrix of the convolution from maps of shape y to maps of shape x, one row for each of x's numbers and
/// one column for each of y's.  Its transpose is the layer.  Large: for small maps.
Tensor convolution_matrix(const Shape& x, View w, const TransposedConvolution& layer);
/// Throws an Error unless b is empty or (1, 1, 1, c_out) for an output of shape y.
void require_transposed_bias(View b, const Shape& y);
/// Throws an Error unless dy has the shape of the layer's output.
void require_transposed_gradient(View dy, const Shape& y);

/// How many rows of a matrix are independent, by elimination.
int rank(View matrix);

/// @name The pair
/// And two more readings of the naive one.
/// @{
namespace naive {
/// Every number of x sends its own copy of the filters.
Tensor conv_transposed2d(View x, View w, View b, const TransposedConvolution& layer);
/// The matrix of the convolution, transposed, times x.  It multiplies zeros that no formula has, and so wants
/// finite numbers, as the next does.
Tensor conv_transposed2d_by_matrix(View x, View w, View b, const TransposedConvolution& layer);
/// Zeros between the numbers of x, then an ordinary convolution with the kernel turned by 180 degrees.
Tensor conv_transposed2d_by_zeros(View x, View w, View b, const TransposedConvolution& layer);

Tensor conv_transposed2d_backward_input(View dy, View w, const Shape& x, const TransposedConvolution& layer);
Tensor conv_transposed2d_backward_filters(View dy, View x, const Shape& w,
                                          const TransposedConvolution& layer);
/// Multiplications that conv_transposed2d really makes, counted as they run.
std::int64_t conv_transposed2d_multiplications(const Shape& x, const Shape& w,
                                               const TransposedConvolution& layer);
}  // namespace naive

namespace optimized {
Tensor conv_transposed2d(View x, View w, View b, const TransposedConvolution& layer);
Tensor conv_transposed2d_backward_input(View dy, View w, const Shape& x, const TransposedConvolution& layer);
Tensor conv_transposed2d_backward_filters(View dy, View x, const Shape& w,
                                          const TransposedConvolution& layer);

/// The same into memory of the caller's.  All views may be slices of channels.
void conv_transposed2d_into(View x, View w, View b, const TransposedConvolution& layer, MutableView y);
void conv_transposed2d_backward_filters_into(View dy, View x, const TransposedConvolution& layer,
                                             MutableView dw);

/// The layer made ready for maps of shape x, as chapter 04's.
Prepared prepared_conv_transposed2d(View w, View b, const TransposedConvolution& layer, const Shape& x);
Prepared prepared_conv_transposed2d_backward_input(View w, const TransposedConvolution& layer,
                                                   const Shape& x);
}  // namespace optimized
/// @}

struct TransposedOptions {
    int filters = 1;
    Extent kernel = 2;
    Extent stride = 2;
    Sides padding = 0;
    Extent output_padding = 0;
    Extent dilation = 1;
    int groups = 1;
    bool bias = true;
};

/// A node with parameters name.weight and name.bias.
Node conv_transposed(Node x, const TransposedOptions& options, std::string name = "");

}  // namespace cnn
