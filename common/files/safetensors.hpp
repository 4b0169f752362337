#pragma once
/// @file  The safetensors file: eight bytes of length, a JSON header, then raw little-endian numbers.
///
/// Tensors here have any rank and the file's own order; common/graph/weights.hpp turns them into this
/// library's.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cnn::safetensors {

struct Array {
    std::vector<std::int64_t> shape;
    std::vector<float> numbers;  ///< F16 and BF16 are widened, which is exact; F64 is rounded
};

struct File {
    std::map<std::string, Array> arrays;
    std::map<std::string, std::string> metadata;
    std::map<std::string, std::string> others;  ///< tensors of other types (I64, ...), not read: their types
    std::vector<std::string> rounded = {};      ///< arrays that are F64 in the file
};

/// Errors, one line each: not there, too short, a header that is no JSON, points outside of the file,
/// gives two tensors the same bytes or the same name, or leaves bytes to none.
File read(const std::filesystem::path& file);

/// The metadata alone: no array is read.  Errors: those of the header.
std::map<std::string, std::string> read_metadata(const std::filesystem::path& file);

/// As what numbers are saved.  F16 takes half the space and keeps eleven bits of each number.
enum class Type { f32, f16 };

/// Writes the arrays and the metadata, under a temporary name first: the file appears whole or not at all.
/// F16 is rounded to nearest, of two equally near to the even one.  Errors: an array whose shape does not
/// need as many numbers as it has; for F16 a finite number that it has no place for, 65520 or more.
void write(const std::filesystem::path& file, const File& content, Type type = Type::f32);

}  // namespace cnn::safetensors
