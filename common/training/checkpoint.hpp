#pragma once
/// @file  All that a training is between two epochs, in one file.
#include <filesystem>
#include <string>
#include <vector>

#include "common/graph/weights.hpp"
#include "common/training/training_log.hpp"

namespace cnn {

struct TrainingState {
    Weights weights, velocity;
    std::vector<Epoch> history;
};

/// Writes weights, velocity, history and settings as one safetensors file, whole or not at all.  The tensors
/// keep this library's shapes, and every number its bits.
void save_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                     const std::string& settings);

/// Reads one back.  Errors: no checkpoint, one of another network, or of a run with other settings.
TrainingState load_checkpoint(const std::filesystem::path& file, const Graph& graph,
                              const std::string& settings);

}  // namespace cnn
