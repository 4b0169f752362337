#pragma once
/// @file  The safetensors file: eight bytes of length, a JSON header, then raw little-endian numbers.
///
/// Tensors here have any rank and the file's own order; common/weights.hpp turns them into this library's.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cnn::safetensors {

struct Array {
    std::vector<std::int64_t> shape;
    std::vector<float> numbers;  ///< F16 and BF16 are widened, which is exact
};

struct File {
    std::map<std::string, Array> arrays;
    std::map<std::string, std::string> metadata;
};

/// Errors, one line each: not there, too short, a header that is no JSON or points outside of the file,
/// overlaps, or claims a data type other than F32, F16, BF16.
File read(const std::filesystem::path& file);

/// Writes F32, under a temporary name first: the file appears whole or not at all.
void write(const std::filesystem::path& file, const File& content);

}  // namespace cnn::safetensors
