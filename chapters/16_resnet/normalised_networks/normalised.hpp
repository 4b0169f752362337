#pragma once
/// @file  s-17 to s-20: older networks with batch normalisation behind each convolution, as torchvision has
/// them.
///
/// Their chapters come before batch normalisation, so they leave a place for it.
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"
#include "vgg.hpp"

namespace cnn {

/// VGG with a normalisation between each convolution and its ReLU.  torchvision counts it as a layer, so
/// names are features.0 (convolution), features.1 (normalisation), features.2 (ReLU), ...
Classifier vgg_normalised(Graph& graph, const VggStages& stages, int input = 224, int classes = 1000);

/// torchvision's GoogLeNet: normalised, without biases and local responses, 3x3 where the paper has 5x5
/// (A12), a last pooling of 2x2, dropout of a fifth.
Classifier googlenet_normalised(Graph& graph, int input = 224, int classes = 1000, bool auxiliary = false);

}  // namespace cnn
