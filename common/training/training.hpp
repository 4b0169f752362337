#pragma once
/// @file  The training loop: minibatches, momentum, a checkpoint after each epoch.
///
/// The same options give the same bits, on one thread or many, and whether the run was interrupted or not.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/files/dataset.hpp"
#include "common/graph/run.hpp"
#include "common/training/checkpoint.hpp"

namespace cnn {

/// Where training takes hold of a graph.  The loss is one number; the class is the channel with the largest
/// logit, at each position.
struct Classifier {
    Node image, labels, logits, loss;
};

/// Images and what they show: labels are (n, 1, 1, 1), or (n, h, w, 1) with a class for every position.
struct Examples {
    Tensor images, labels;
};
Examples examples(const Dataset& set);

struct TrainingOptions {
    int epochs = 10;
    int batch = 64;
    double rate = 0.02;      ///< at the start; half a cosine brings it down to 0
    double momentum = 0.9;   ///< of Sgd
    double decay = 0;        ///< of Sgd
    std::uint64_t seed = 1;  ///< of the first weights, the order of the examples and whatever operations draw
    /// Which parameters learn; all trainable ones where none is named.
    std::vector<std::string> parameters = {};
};

/// The options in one line: what a checkpoint must share with the run that goes on from it.
std::string settings(const TrainingOptions& options);

/// Is told how a training goes.  An exception from here ends it and leaves the last checkpoint.
struct TrainingListener {
    std::function<void(int epoch, int step, int steps, double loss)> on_step = {};  ///< all counted from 1
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

/// The class at each position of each image, worked out in batches.
std::vector<int> classify(const Graph& graph, const Classifier& net, const Weights& weights, View images,
                          const Mode& mode = {});

struct Evaluation {
    double loss = 0, accuracy = 0;
};
/// The mean loss, and the share of positions whose class is right.
Evaluation evaluate(const Graph& graph, const Classifier& net, const Weights& weights, const Examples& test,
                    const Mode& mode = {});

/// How often one class was taken for another: counts[true][predicted].
std::vector<std::vector<int>> confusion_matrix(const std::vector<int>& labels,
                                               const std::vector<int>& classes, int count);

}  // namespace cnn
