#pragma once
/// @file  One padded channel whose every pixel stands several times.
#include "common/tensor/tensor.hpp"

namespace cnn::engine::convolution {

/// Number q of a row is pixel q / times, so that `times` filters see their pixels in the order of their maps.
class Repeated {
public:
    /// Room for a padded image; `times` is at most half of a vector's lanes.
    Repeated(Extent padded, int times);

    /// Writes image n of x, which has one channel.  What lies in the padding is zero.
    void fill(View x, int n, Sides padding);

    /// A row, and a vector or more beyond its end.
    const real* row(int i) const { return numbers_.flat().data() + i * next_row_; }
    std::ptrdiff_t row_pitch() const { return next_row_; }

private:
    int times_, width_, next_row_;
    Tensor pixels_, numbers_;
};

}  // namespace cnn::engine::convolution
