#pragma once
/// @file  s-01: what later chapters' networks, which learn their features, came to; chapter 16 writes it.
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cnn {

struct LearnedLog {
    std::string net;
    std::int64_t parameters = 0, multiply_adds = 0;  ///< the latter for one image
    double seconds = 0;  ///< of its training, on one thread of the machine that wrote this
    std::vector<std::pair<int, double>>
        by_images;  ///< accuracy after a training on the first so many; may be empty
    std::vector<std::pair<std::string, double>>
        disturbed;  ///< accuracy on the first 2,000 test images, each so disturbed
};

/// The file appears whole or not at all.
void write_learned(const std::filesystem::path& file, const std::vector<LearnedLog>& logs);
/// Errors: no such file, no such log.
std::vector<LearnedLog> read_learned(const std::filesystem::path& file);

}  // namespace cnn
