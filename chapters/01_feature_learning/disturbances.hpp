#pragma once
/// @file  Images disturbed: what a feature should not mind.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// Every image moved down and to the right; its border's pixels are repeated in what comes in.
Tensor moved(View images, int down, int right);

/// Every image turned about its middle, bilinear, its border's pixels repeated; counter-clockwise.
Tensor turned(View images, double degrees);

/// Every pixel with normal noise of this deviation; not clipped.
Tensor noisy(View images, real deviation, std::uint64_t seed = 1);

/// The images as they are and under nine disturbances, each with its name.
std::vector<std::pair<std::string, Tensor>> disturbances(View images);

}  // namespace cnn
