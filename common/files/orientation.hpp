#pragma once
/// @file  Which way up a photograph is: cameras store the pixels as they come and say in EXIF how to turn
/// them.
#include <string_view>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// EXIF's orientation of a JPEG, 1 to 8; 1, upright, where it says nothing that can be read.
int orientation_of(std::string_view jpeg);

/// The picture turned and mirrored as an orientation asks.
Tensor upright(View picture, int orientation);

}  // namespace cnn
