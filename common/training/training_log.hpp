#pragma once
/// @file  What a training came to, epoch by epoch, and the log of it as JSON.
#include <filesystem>
#include <string>
#include <vector>

namespace cnn {

/// What one epoch came to.
struct Epoch {
    int number = 0;                           ///< from 1
    double loss = 0, accuracy = 0;            ///< over the training examples, while the weights were moving
    double test_loss = 0, test_accuracy = 0;  ///< over the test examples, at the end of the epoch

    friend bool operator==(const Epoch&, const Epoch&) = default;
};

struct TrainingLog {
    std::string net, settings;
    std::vector<Epoch> epochs;
};

/// {"epoch": 1, "loss": ..., "accuracy": ..., "test_loss": ..., "test_accuracy": ...}, all digits that
/// matter.
std::string to_json(const Epoch& epoch);
/// The network, the settings and an array of epochs, one on each line.
std::string to_json(const TrainingLog& log);

/// The file appears whole or not at all.
void write_log(const std::filesystem::path& file, const TrainingLog& log);
/// Errors: no such file, no such log.
TrainingLog read_log(const std::filesystem::path& file);
TrainingLog parse_log(const std::string& json, const std::string& whose);

}  // namespace cnn
