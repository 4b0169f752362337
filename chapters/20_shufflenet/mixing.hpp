#pragma once
/// @file  s-21: what the shuffle is for, as a Jacobian (A9).
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Two 1x1 convolutions in groups, all weights 1, one after the other; between them a shuffle or none.
/// Row f, column c of the (1, channels, channels, 1) result is dy(f) / dx(c): on how many paths input c
/// reaches output f.  Error: groups that do not divide the channels.
Tensor mixing(int channels, int groups, bool shuffled);

}  // namespace cnn
