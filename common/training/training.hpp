#pragma once
/// @file  The training loop: minibatches, momentum, a checkpoint after each epoch.
///
/// The same options give the same bits, on one thread or many, and whether the run was interrupted or not.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/training/augmentation.hpp"
#include "common/training/checkpoint.hpp"
#include "common/training/evaluation.hpp"
#include "common/training/schedule.hpp"

namespace cnn {

struct TrainingOptions {
    int epochs = 10;
    int batch = 64;
    double rate = 0.02;      ///< the highest of the schedule
    double momentum = 0.9;   ///< of Sgd
    double decay = 0;        ///< of Sgd
    std::uint64_t seed = 1;  ///< of the first weights, the order of the examples and whatever operations draw
    /// Which parameters learn; all trainable ones where none is named.
    std::vector<std::string> parameters = {};
    Schedule schedule = {};           ///< half a cosine down to 0
    bool nesterov = false;            ///< of Sgd
    bool decay_filters_only = false;  ///< biases and normalisations do not decay
    Augmentation augmentation = {};   ///< of the training pictures; each must have one label
};

/// The options in one line: what a checkpoint must share with the run that goes on from it.
std::string settings(const TrainingOptions& options);

/// What one minibatch came to.
struct Step {
    int epoch, step, steps;  ///< counted from 1; steps of this epoch
    double loss;
    double images_per_second;  ///< since this run began, evaluations included
    double seconds_left;       ///< of the whole training, at that pace
};

/// Is told how a training goes.  An exception from here ends it and leaves the last checkpoint.
struct TrainingListener {
    std::function<void(const Step&)> on_step = {};
    std::function<void(const Epoch&)> on_epoch = {};  ///< after its checkpoint is written
};

/// Trains `start`, or weights initialised from the seed where it is empty.
///
/// With a checkpoint file: goes on from there if it exists, and writes it, whole or not at all, after each
/// epoch.  Errors: a checkpoint of another network or other settings, no examples, images without labels, a
/// batch or a number of epochs below 1.
TrainingState train(const Graph& graph, const Classifier& net, const Examples& training, const Examples& test,
                    const TrainingOptions& options, const std::filesystem::path& checkpoint = {},
                    const TrainingListener& listener = {}, const Weights& start = {});

}  // namespace cnn
