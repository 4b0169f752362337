#pragma once
/// @file  Windows that lie apart.
#include "pooling.hpp"

namespace cnn::optimized {

/// Whether no pixel is in two windows, and pixels of few channels touch.
bool nonoverlapping(View x, const Pooling& pooling, View dx);
/// max_pool_backward_into for those.
void max_pool_backward_nonoverlapping(View dy, View x, const Pooling& pooling, MutableView dx);

}  // namespace cnn::optimized
