#pragma once
/// @file  From gradients to better weights.
#include "common/graph/weights.hpp"

namespace cnn {

/// Stochastic gradient descent with momentum, as PyTorch's: v = momentum v + g + decay w;  w = w - rate v.
struct Sgd {
    double rate = 0.01, momentum = 0.9, decay = 0;
    Weights velocity = {};  ///< part of a checkpoint: without it a resumed training takes another path

    void step(Weights& weights, const Weights& gradients);
};

/// The rate after `done` of `all` steps on half a cosine from `start` down to 0 (Loshchilov and Hutter 2017).
double cosine(double start, std::int64_t done, std::int64_t all);

}  // namespace cnn
