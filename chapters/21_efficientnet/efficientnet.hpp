#pragma once
/// @file  s-21: EfficientNet, one small network grown in width, depth and resolution at once.
///
/// Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", 2019: B0 is their
/// table 1.  Names of nodes and parameters are torchvision's.
#include <vector>

#include "batch_norm.hpp"
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

/// A row of table 1: `layers` blocks, of which the first strides.
struct MBConv {
    int expansion, kernel, stride, filters, layers;
};

struct EfficientNet {
    std::vector<MBConv> stages;  ///< at width and depth 1
    int first = 32;              ///< filters of the first layer, at width 1
    double width = 1, depth = 1;
    double dropout = 0.2;
    double stochastic_depth = 0.2;  ///< of a block behind the last; the first has 0, the others lie between
    BatchNorm norm = {};
    int input = 224, classes = 1000;
};

/// B0 to B7 with torchvision's settings.  Error: another number.
EfficientNet efficientnet_b(int number);

/// Channels at a width: the nearest multiple of 8, one more where that is less than 90 % of them.
int scaled_channels(int channels, double width);
/// Layers at a depth, rounded up.
int scaled_layers(int layers, double depth);

/// An inverted residual block: 1x1 to `expansion` times the channels (none where that is 1), depthwise,
/// squeeze-and-excitation to a quarter of x's channels, 1x1 to `filters`, which no activation follows; plus x
/// where shapes agree.  Nodes: name.block.K..., name.stochastic_depth, name.
Node mbconv(Node x, const MBConv& block, double drop, const BatchNorm& norm, const std::string& name);

/// Nodes: image, features.N..., avgpool, classifier.1 (the logits), probabilities.
/// Errors: a width or depth that is not above 0 and at most 16, no stages, an image below 32 pixels, no
/// classes.
Classifier efficientnet(Graph& graph, const EfficientNet& net);

}  // namespace cnn
