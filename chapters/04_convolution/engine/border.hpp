#pragma once
/// @file  Windows that reach over the border of a map, where they are copied together with their zeros.
#include <algorithm>

#include "common/base/range.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::engine::convolution {

/// Numbers window.begin ... window.end - 1 of a row that has so many, and zeros for those that it has not.
inline void copy_window(const real* row, int numbers, Range window, real* to) {
    const Range have = intersection(window, {0, numbers});
    std::fill_n(to, window.size(), real{0});
    if (!have.empty()) std::copy_n(row + have.begin, have.size(), to + have.begin - window.begin);
}

}  // namespace cnn::engine::convolution
