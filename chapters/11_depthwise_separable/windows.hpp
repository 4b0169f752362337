#pragma once
/// @file  The register kernels of the depthwise convolution: a tile of output pixels, vector after vector.
#include <utility>

#include "common/tensor.hpp"

namespace cnn::optimized {

/// Where windows lie: the first tap of output (i, j) reads (i stride.h - top, j stride.w - left).
struct Windows {
    Extent kernel, stride, dilation;
    int top = 0, left = 0;
};

/// Of `count` places, `step` apart from `from` on, those inside of 0 ... size - 1: [first, end).
std::pair<int, int> inside(int from, int step, int count, int size);

/// What to do with each sum at the end.
struct Clamp {
    bool asked = false;
    real high = 0;  ///< min(max(y, 0), high)
};

/// Filters the windows of x that make rows first ... end - 1 of image n of y.  Taps outside of x are skipped.
/// w is (kh, kw, 1, c), b a bias or null.
void filter_rows(View x, View w, const real* b, const Windows& windows, const Clamp& clamp, MutableView y,
                 int n, int first, int end);

}  // namespace cnn::optimized
