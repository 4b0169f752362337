#pragma once
/// @file  s-04, s-17: AlexNet, which won ILSVRC 2012, and ZFNet, which mended its first layers in 2013.
///
/// Krizhevsky, Sutskever and Hinton, 2012; Krizhevsky, "One weird trick", 2014, whose one column torchvision
/// has; Zeiler and Fergus, 2013.
#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

enum class AlexNet {
    two_groups,  ///< the paper's: layers 2, 4 and 5 in two halves, one on each of two GPUs
    ungrouped,   ///< the same in one piece
    torchvision  ///< of 2014: fewer filters, no normalisation; names are torchvision's
};

struct AlexNetSizes {
    int input = 224;  ///< rows and columns of the image
    int classes = 1000;
    int units = 4096;  ///< of the two hidden dense layers
};

/// The image the paper's layers need; it prints 224, which does not fit (H21).
inline constexpr int alexnet_2012_input = 227;

/// Nodes: image, conv1 to conv5, relu1 to relu5, norm1, norm2, pool1, pool2, pool5, fc6 to fc8 (the logits),
/// probabilities; of torchvision's version features.N and classifier.N as it numbers them.
/// Error: an image too small for the layers, no classes.
Classifier alexnet(Graph& graph, AlexNet version, const AlexNetSizes& sizes = {});

/// ZFNet: smaller windows and steps at the beginning, in one piece.  Its contrast normalisation is AlexNet's
/// here.  Nodes as in AlexNet.
Classifier zfnet(Graph& graph, const AlexNetSizes& sizes = {});

}  // namespace cnn
