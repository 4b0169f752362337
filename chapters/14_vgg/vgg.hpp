#pragma once
/// @file  s-18: VGG, nothing but 3x3 convolutions, ReLU and pooling, then three dense layers.
///
/// Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015: the
/// columns A to E of their table 1.  The names of nodes and parameters are torchvision's, so its state dicts
/// load.
#include <functional>
#include <vector>

#include "common/graph/graph.hpp"
#include "common/training/training.hpp"

namespace cnn {

/// One convolution of the table: so many filters, 3x3 unless said otherwise.
struct VggLayer {
    int filters, kernel = 3;
    constexpr VggLayer(int filters, int kernel = 3)  // NOLINT(google-explicit-constructor)
        : filters(filters), kernel(kernel) {}
};
/// A stage works at one resolution and ends in a pooling that halves it.
using VggStage = std::vector<VggLayer>;
using VggStages = std::vector<VggStage>;

/// Table 1 of the paper.
/// @{
VggStages vgg_a();  ///< VGG-11
VggStages vgg_b();  ///< VGG-13
VggStages vgg_c();  ///< VGG-16 with 1x1 convolutions at the end of three stages (A1)
VggStages vgg_d();  ///< VGG-16
VggStages vgg_e();  ///< VGG-19
/// @}

struct VggOptions {
    int input = 224;   ///< rows and columns of the image; each stage halves it
    int channels = 3;  ///< of the image
    int classes = 1000;
    int units = 4096;      ///< of the two hidden dense layers
    double dropout = 0.5;  ///< behind those two alone (A2)
    /// What follows each convolution before its ReLU: batch normalisation in torchvision's _bn networks.
    /// It gets a map and a name, and gives the node it added.  Empty: nothing.
    std::function<Node(Node, std::string)> normalise = {};
};

/// The network of those stages.  Nodes: image (channels normalised by whoever feeds it), features.N,
/// classifier.N as torchvision numbers them, classifier.6 with the logits, probabilities.
/// Error: an image too small to be halved so often, or no classes.
Classifier vgg(Graph& graph, const VggStages& stages, const VggOptions& options = {});

/// A small VGG for Fashion-MNIST: three stages of 3x3 convolutions, then every map's average and one dense
/// layer.  The image is 28x28 with values from 0 to 1.  Nodes: image, normalise, features.N, avgpool,
/// dropout, classifier (the logits), probabilities, labels, loss.
Classifier vgg_small(Graph& graph, int classes = 10);
TrainingOptions vgg_small_training();

}  // namespace cnn
