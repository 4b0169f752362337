#pragma once
/// @file  s-21: MobileNet V2, whose blocks are wide inside and narrow, and linear, at their ends.
///
/// Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018, table 2.  Names of nodes
/// and parameters are torchvision's.
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

struct MobileNetV2 {
    double width = 1;  ///< all numbers of channels times this, rounded to multiples of 8
    int input = 224, classes = 1000;
};

/// The multiple of 8 that is nearest to `channels`, at least 8; one more where it lost over a tenth.
int multiple_of_8(double channels);

/// Nodes: image, features.*, features.N for the end of block N, avgpool, classifier.1 (the logits),
/// probabilities.  Errors: a width of 0 and below or above 16, an image below 32 pixels, no classes.
Classifier mobilenet_v2(Graph& graph, const MobileNetV2& net = {});

}  // namespace cnn
