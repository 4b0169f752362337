#pragma once
/// @file  s-21: DenseNet, where each layer of a block reads what all layers before it in the block wrote.
///
/// Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", 2017 (table 1, the
/// networks with bottlenecks and compression).  Names of nodes and parameters are torchvision's.
#include <vector>

#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

struct DenseNet {
    std::vector<int> blocks;  ///< layers of each dense block
    int growth = 32;          ///< maps that each layer adds
    int first = 64;           ///< filters of the 7x7 layer
    int input = 224, classes = 1000;
};

/// Table 1 of the paper, and its wide network of growth 48.
/// @{
DenseNet densenet121();
DenseNet densenet161();
DenseNet densenet169();
DenseNet densenet201();
DenseNet densenet264();
/// @}

/// `layers` times: normalisation, ReLU, 1x1 to 4 * growth maps, normalisation, ReLU, 3x3 to `growth` maps,
/// and these behind all that the layer read.  Nodes: name.denselayerN for the maps so far.
Node dense_block(Node x, int layers, int growth, const std::string& name);

/// Nodes: image, features.*, avgpool, classifier (the logits), probabilities.
/// Error: an image that cannot be halved five times, no classes.
Classifier densenet(Graph& graph, const DenseNet& options);

}  // namespace cnn
