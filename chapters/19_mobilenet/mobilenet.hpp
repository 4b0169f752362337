#pragma once
/// @file  s-21: MobileNet, made of depthwise separable convolutions (s-15).
///
/// Howard et al., "MobileNets", 2017, table 1: a 3x3 convolution, 13 pairs of a 3x3 depthwise and a 1x1
/// convolution, the mean of each map, one dense layer.
#include "common/graph/graph.hpp"
#include "common/training/training.hpp"

namespace cnn {

struct MobileNetV1 {
    double width = 1;           ///< all numbers of channels times this: 1, 0.75, 0.5 or 0.25 in the paper
    bool full = false;          ///< full 3x3 convolutions instead of the pairs: what the paper compares with
    bool folded = false;        ///< normalisation already folded into the filters, which then have biases
    bool same_padding = false;  ///< TensorFlow's: a stride of 2 on an even map pads below and right only
    int input = 224, classes = 1000;
};

/// Nodes: image, conv0, blockN.depthwise, blockN.pointwise for N = 1 ... 13, each followed by NAME_bn (unless
/// folded) and NAME_relu6, avgpool, fc (the logits), probabilities.  With `full` a block is blockN.conv.
/// Errors: a width that leaves no channels, an image below 32 pixels, no classes.
Classifier mobilenet_v1(Graph& graph, const MobileNetV1& net = {});

/// The same pairs for 32x32 photographs: a first layer that keeps the size, eight pairs of 64 to 256
/// channels, two of which halve the map.  Nodes: as above, and labels, loss.  Error: no classes.
Classifier mobilenet_cifar10(Graph& graph, int classes = 10);
TrainingOptions mobilenet_cifar10_training();

}  // namespace cnn
