#pragma once
/// @file  A tensor of noise.
#include <cstdint>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// Normally distributed numbers, the same for the same shape and seed.
Tensor normal_numbers(Shape shape, std::uint64_t seed = 1);

}  // namespace cnn
