#pragma once
/// @file  What a network for CIFAR-10 makes of pictures: of one, and of all test pictures.
#include <filesystem>
#include <optional>
#include <string>

#include "common/graph/run.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

/// The name of the class that the picture is taken for.
std::string cifar10_name(const Graph& graph, const Classifier& net, const Weights& weights,
                         const std::filesystem::path& picture, Kernels kernels);

/// The share of the 10,000 test pictures whose class is found, by optimized kernels.  Nothing, and a message
/// in the test's log, where $CNN_CIFAR10 names no folder of them: they do not ship.
std::optional<double> cifar10_accuracy(const Graph& graph, const Classifier& net, const Weights& weights);

}  // namespace cnn
