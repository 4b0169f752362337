#pragma once
/// @file  s-21: ShuffleNet, whose 1x1 convolutions are grouped, with shuffles between them.
///
/// V1: Zhang et al., "ShuffleNet", 2018, table 1.  V2: Ma et al., "ShuffleNet V2", 2018, table 5; its names
/// of nodes and parameters are torchvision's.
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

struct ShuffleNetV1 {
    int groups = 3;
    int channels = 240;  ///< of the first stage's maps; each of the two after it has twice as many
    int input = 224, classes = 1000;
};

/// A column of table 1: 1, 2, 3, 4 or 8 groups, and the channels that keep the work the same.  Error: others.
ShuffleNetV1 shufflenet_v1(int groups);

/// Nodes: image, conv1, maxpool, stageS.U.conv1, .shuffle, .depthwise, .conv2 for S = 2 ... 4, each
/// convolution followed by NAME_bn, stageS.U for the unit's end, avgpool, fc (the logits), probabilities.
/// Errors: an image below 32 pixels, no classes, channels that do not divide.
Classifier shufflenet_v1(Graph& graph, const ShuffleNetV1& net);

struct ShuffleNetV2 {
    int channels = 116;  ///< of the first stage's maps; each of the two after it has twice as many
    int last = 1024;     ///< filters of the 1x1 layer behind the stages
    int input = 224, classes = 1000;
};

/// The four columns of table 5.
/// @{
ShuffleNetV2 shufflenet_v2_x0_5();
ShuffleNetV2 shufflenet_v2_x1_0();
ShuffleNetV2 shufflenet_v2_x1_5();
ShuffleNetV2 shufflenet_v2_x2_0();
/// @}

/// Nodes: image, conv1.*, maxpool, stageS.U.branch1.*, stageS.U.branch2.*, stageS.U for the unit's end,
/// conv5.*, avgpool, fc (the logits), probabilities.  Errors: an image below 32 pixels, no classes, odd
/// channels.
Classifier shufflenet_v2(Graph& graph, const ShuffleNetV2& net);

}  // namespace cnn
