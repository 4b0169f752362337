#pragma once
/// @file  How much of the loss's gradient reaches a node before the first step of a training.
#include <cstdint>
#include <vector>

#include "common/graph/run.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

/// The network's first weights, and as many images of noise, labelled 0, 1, 2, ...
struct NoiseBatch {
    int images;
    std::uint64_t weights_seed, noise_seed;
};

/// The length of the gradient at each of the nodes, in training, of the losses in `seeds`, each times its
/// seed.
std::vector<double> gradient_lengths(const Graph& graph, const Classifier& net,
                                     const std::vector<Node>& nodes, const Feeds& seeds,
                                     const NoiseBatch& batch);

}  // namespace cnn
