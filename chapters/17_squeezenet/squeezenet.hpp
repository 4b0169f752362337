#pragma once
/// @file  s-21: SqueezeNet, as accurate as AlexNet with a fiftieth of its parameters.
///
/// Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016, and its version 1.1.
/// Names of nodes and parameters are torchvision's.
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

/// A 1x1 layer squeezes the channels; a 1x1 and a 3x3 layer expand them again, side by side.  Nodes:
/// name.squeeze, name.expand1x1, name.expand3x3, their activations, and name for both beside each other.
struct Fire {
    int squeeze, expand;  ///< filters; each expansion has so many
};
Node fire(Node x, const Fire& filters, const std::string& name);

enum class SqueezeNetVersion { one_zero, one_one };

/// Nodes: image, features.N as torchvision numbers them, classifier.1, avgpool (the logits), probabilities.
/// Error: an image too small for three poolings, no classes.
Classifier squeezenet(Graph& graph, SqueezeNetVersion version, int input = 224, int classes = 1000);

}  // namespace cnn
