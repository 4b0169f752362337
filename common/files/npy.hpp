#pragma once
/// @file  NumPy's file of one array: `numpy.load("map.npy")` reads it.
#include <filesystem>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// One image of one channel as a float32 array of shape (h, w), or of several channels as (h, w, c).  The
/// file appears whole or not at all.  Error: more than one image.
void write_npy(const std::filesystem::path& file, View map);

}  // namespace cnn
