#pragma once
/// @file  The 1x1 convolution as networks run it: the product of matrices in common/kernels, forward and
/// backward.
#include "common/kernels/product.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::engine {

/// The filters (1, 1, c_in, c_out) as a matrix, channels x filters; its transpose serves the input's
/// gradient.
Matrix filter_matrix(View w);

Tensor pointwise_conv2d(View x, View w, const Epilogue& epilogue = {});
/// The same into memory of the caller's: y has pointwise_shape(x, w), its pixels may lie apart.
void pointwise_conv2d_into(View x, View w, const Epilogue& epilogue, MutableView y);
/// The same with filters packed before: Panels(filter_matrix(w)).
void pointwise_conv2d_packed(View x, const Panels& w, const Epilogue& epilogue, MutableView y);

Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x);
/// The same into memory of the caller's: dx may be every second pixel, a stride's.
void pointwise_conv2d_backward_input_into(View dy, View w, MutableView dx);
/// The same with filters packed before: Panels(filter_matrix(w).transposed()).
void pointwise_conv2d_backward_input_packed(View dy, const Panels& w, MutableView dx);

Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w);
void pointwise_conv2d_backward_filters_into(View dy, View x, MutableView dw);

}  // namespace cnn::engine
