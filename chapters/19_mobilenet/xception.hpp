#pragma once
/// @file  s-15: Xception, which has depthwise separable convolutions and shortcuts in place of Inception's
/// modules.
///
/// Chollet, "Xception: deep learning with depthwise separable convolutions", 2017, figure 5.
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

struct Xception {
    double width = 1;  ///< all numbers of channels times this; 1 in the paper
    int input = 299, classes = 1000;
};

/// Nodes: image, block1.conv1, block1.conv2, blockN.sepconvM.depthwise and .pointwise for N = 2 ... 14, each
/// convolution followed by NAME_bn, blockN for the sum of a block and its shortcut, avgpool, fc (the logits),
/// probabilities.  Errors: a width that leaves no channels, an image below 7 pixels, no classes.
Classifier xception(Graph& graph, const Xception& net = {});

}  // namespace cnn
