#pragma once
/// @file  A slide's grid of numbers, read as it is drawn and printed as it is drawn.
#include <ostream>
#include <string>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// One image of one channel, read off the slide: a line per row, blanks between numbers.
Tensor slide(const std::string& drawing);

/// The same numbers read as a kernel: (kh, kw, 1, 1).
Tensor slide_kernel(const std::string& drawing);

/// Small tensors as grids, one under another for images and channels: how a failing CHECK answers.
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace cnn
