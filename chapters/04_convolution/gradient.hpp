#pragma once
/// @file  The gradient for the filters, as later chapters call it.
#include "common/tensor.hpp"

namespace cnn {
struct Convolution;
}

namespace cnn::optimized {

/// conv2d_backward_filters into memory of the caller's: dw has the filters' shape.
void conv2d_backward_filters_into(View dy, View x, const Convolution& layer, MutableView dw);

/// dw of a layer with zero padding: w's shape, (kh, kw, c_in / groups, c_out), says the rest.
void backward_filters(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                      MutableView dw);

}  // namespace cnn::optimized
