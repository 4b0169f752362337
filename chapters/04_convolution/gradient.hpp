#pragma once
/// @file  The gradient for the filters, as later chapters call it.
#include "common/tensor/tensor.hpp"

namespace cnn::optimized {

/// dw of a layer with zero padding: w's shape, (kh, kw, c_in / groups, c_out), says the rest.
void backward_filters(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                      MutableView dw);

}  // namespace cnn::optimized
