#pragma once
/// @file  Where a training writes to.
#include <filesystem>
#include <string>

namespace cnn::program {

/// Makes the folder that --out names, and those above it.  Error: it cannot be, with the command's name.
void make_folder(const std::filesystem::path& out, const std::string& command);

}  // namespace cnn::program
