#pragma once
/// @file  What networks run: the depthwise convolution and its gradients for every shape, as fast as memory.
///
/// Formula, shapes and errors as in depthwise_separable.hpp; dy is the gradient before the activation.  Every
/// view may be a slice of channels, a window or every second pixel, so a band of rows is a view, too. Results
/// are the same to the last bit on any number of threads.
#include "depthwise_separable.hpp"

namespace cnn::engine {

Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer);
Tensor depthwise_conv2d_backward_input(View dy, View w, const Shape& x, const Depthwise& layer);
Tensor depthwise_conv2d_backward_filters(View dy, View x, const Shape& w, const Depthwise& layer);

/// The same into memory of the caller's: y has depthwise_shape(x, w, layer), dx and dw the shapes of x and w.
/// @{
void depthwise_conv2d_into(View x, View w, View b, const Depthwise& layer, MutableView y);
void depthwise_conv2d_backward_input_into(View dy, View w, const Depthwise& layer, MutableView dx);
void depthwise_conv2d_backward_filters_into(View dy, View x, const Depthwise& layer, MutableView dw);
/// @}

}  // namespace cnn::engine
