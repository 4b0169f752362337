#pragma once
/// @file  From gradients to better weights.
#include <set>
#include <string>

#include "common/graph/weights.hpp"

namespace cnn {

/// Stochastic gradient descent with momentum, as PyTorch's: v = momentum v + g + decay w;  w = w - rate v.
/// Nesterov's looks a step ahead: w = w - rate (g + decay w + momentum v).
struct Sgd {
    double rate = 0.01, momentum = 0.9, decay = 0;
    bool nesterov = false;
    std::set<std::string> undecayed = {};  ///< parameters without decay, whatever `decay` says
    Weights velocity = {};  ///< part of a checkpoint: without it a resumed training takes another path

    void step(Weights& weights, const Weights& gradients);
};

/// The parameters of one number a channel: biases, and the scales and shifts of normalisations.  They cannot
/// overfit much, and networks with normalisation lose accuracy if these decay (He et al. 2019, section 3.1).
std::set<std::string> vectors(const Graph& graph);

}  // namespace cnn
