#pragma once
/// @file  Where the repository's own pictures and small weights are.
#include <filesystem>

namespace cnn {

/// data/ of the source that this was built from; $CNN_DATA names another.
std::filesystem::path data_folder();

}  // namespace cnn
