#pragma once
/// @file  Pictures: tensors of one image with 1 (grey) or 3 (RGB) channels, values from 0 to 1.
#include <filesystem>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// Reads a PNG or JPEG as RGB, or as grey if `channels` is 1.  An Error where there is no file or it is no
/// picture.
Tensor read_image(const std::filesystem::path& file, int channels = 3);

/// Writes a PNG, clamping to 0 ... 1.  The file appears whole or not at all.
void write_png(const std::filesystem::path& file, View image);

/// Bilinear with half-pixel centres (the convention of PyTorch's align_corners=False), any channels.
Tensor resize(View image, Extent size);

/// The middle `size` of an image, the offset rounded half to even.
Tensor center_crop(View image, Extent size);

/// Linear stretch of the values to 0 ... 1; all the same becomes 0.
Tensor stretched(View image);

}  // namespace cnn
