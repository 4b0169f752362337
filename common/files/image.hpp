#pragma once
/// @file  Pictures: tensors of one image with 1 (grey) or 3 (RGB) channels, values from 0 to 1.
#include <filesystem>
#include <string>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// Reads a PNG or JPEG as RGB, or as grey if `channels` is 1; a photograph is turned upright as its EXIF
/// says, and what is transparent shows a grey `background` of 0 (black) to 1 (white).  An Error, before any
/// pixel is decoded, where there is no file, it is no picture, its checksums do not hold or it claims more
/// than 100 million pixels.
Tensor read_image(const std::filesystem::path& file, int channels = 3, real background = 1);

/// Writes a PNG, clamping to 0 ... 1, with a description in words inside where there is one.  The file
/// appears whole or not at all.
void write_png(const std::filesystem::path& file, View image, const std::string& description = "");

/// Bilinear with half-pixel centres (the convention of PyTorch's align_corners=False), any channels.
Tensor resize(View image, Extent size);

/// The same where it enlarges; where it shrinks, each pixel is a mean under a triangle as wide as the pixels
/// are apart, as Pillow's and so torchvision's bilinear resizing has it.  Errors: an empty picture or size.
Tensor resample(View image, Extent size);
/// Only the `part` of that result whose upper left corner is (top, left): a long picture's middle costs no
/// more than that.  Error: a part that does not lie in `size`.
Tensor resample(View image, Extent size, int top, int left, Extent part);

/// The middle `size` of an image, the offset rounded half to even.
Tensor center_crop(View image, Extent size);

/// Linear stretch of the values to 0 ... 1; all the same becomes 0.
Tensor stretched(View image);

}  // namespace cnn
