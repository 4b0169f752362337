#pragma once
/// @file  How many of CIFAR-10's test pictures a network names.
#include <optional>

#include "common/book/preprocess.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

/// The share of the 10,000 pictures whose class is found, by optimized kernels.  Nothing, and a message in
/// the test's log, where $CNN_CIFAR10 names no folder of them: they do not ship.
std::optional<double> cifar10_accuracy(const Graph& graph, const Classifier& net, const Weights& weights,
                                       const Preprocessing& preprocessing);

}  // namespace cnn
