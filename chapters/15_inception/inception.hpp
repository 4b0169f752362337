#pragma once
/// @file  s-19: the Inception module, and GoogLeNet, which won ILSVRC 2014 with nine of them.
///
/// Szegedy et al., "Going deeper with convolutions", 2014, table 1.  Names are torchvision's.
#include <functional>

#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"
#include "concatenation.hpp"

namespace cnn {

/// One row of the table: filters of the four branches and of the 1x1 layers that shrink what they read.
struct Inception {
    int one, three_reduced, three, five_reduced, five, pooled;
};

/// How a network's convolutions are done.
struct InceptionLayers {
    int largest = 5;  ///< kernel of the third branch; torchvision's is 3 (A12)
    /// What follows each convolution in place of its bias, before its ReLU: batch normalisation in
    /// torchvision's network.  It gets a map and a name, and gives the node it added.  Empty: nothing.
    std::function<Node(Node, std::string)> normalise = {};
};

/// 1x1; 1x1 then 3x3; 1x1 then 5x5; pooling then 1x1: four branches, side by side.  Nodes: name.branch1,
/// name.branch2.0 and .1, name.branch3.0 and .1, name.branch4.1, and name for the concatenation.
Node inception(Node x, const Inception& filters, const std::string& name, const InceptionLayers& layers = {});

struct GoogLeNet {
    int input = 224;  ///< rows and columns of the image
    int classes = 1000;
    InceptionLayers layers = {};
    int last_pooling = 3;    ///< its kernel; torchvision's is 2
    double dropout = 0.4;    ///< before the dense layer
    bool auxiliary = false;  ///< with the heads that help in training (A4), behind modules 4a and 4d
};

/// Nodes: image, conv1 to conv3, maxpool1 to maxpool4, inception3a to inception5b, avgpool, fc (the logits),
/// probabilities.  Without a normalisation of its layers it normalises local responses twice, as the paper
/// has it and with AlexNet's constants.  With heads: aux1.fc2 and aux2.fc2 (their logits), and labels, loss,
/// aux1.loss and aux2.loss; the paper weighs the latter two by 0.3.
/// Error: an image too small for the layers, no classes.
Classifier googlenet(Graph& graph, const GoogLeNet& net = {});

/// By how much the paper's training weighs the loss of each auxiliary head.
inline constexpr double auxiliary_weight = 0.3;

}  // namespace cnn
