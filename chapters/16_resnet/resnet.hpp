#pragma once
/// @file  s-20: residual networks, 18 to 152 layers for photographs and 20 or 56 for CIFAR-10.
///
/// He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015 (table 1, section 4.2). Names
/// of nodes and parameters are torchvision's, and for CIFAR-10 those of its most used PyTorch version.
#include <vector>

#include "common/graph/graph.hpp"
#include "common/graph/weights.hpp"
#include "common/training/training.hpp"

namespace cnn {

/// How a block's input reaches its end where the shape changes.
enum class Shortcut {
    padded,      ///< option A: every second pixel, zeros for new channels, no weights
    projection,  ///< option B: a 1x1 convolution
};

struct ResNet {
    std::vector<int> blocks;  ///< of each stage
    bool bottleneck = false;  ///< 1x1, 3x3, 1x1 with four times the filters at the end; otherwise two 3x3
    Shortcut shortcut = Shortcut::projection;
    bool stride_in_3x3 = true;  ///< of a bottleneck (torchvision, "v1.5"); the paper has it in the first 1x1
    bool skips = true;          ///< false: the plain twin, which has no shortcuts at all
    bool normalised = true;     ///< false: no batch normalisation, biases instead
    bool folded = false;        ///< for folded weights: see fold
    bool winograd = false;      ///< 3x3 layers of stride 1 by s-18's algorithm, for a Session to run
    int input = 224, classes = 1000;
};

/// Table 1's columns.  @{
ResNet resnet18();
ResNet resnet34();
ResNet resnet50();
ResNet resnet101();
ResNet resnet152();
/// @}

/// 7x7 convolution and pooling, four stages, the mean of each map, one dense layer.  Nodes: image, conv1,
/// bn1, relu, maxpool, layerS.B.conv1 ..., layerS.B for the block's end, avgpool, fc, probabilities. Error:
/// an image smaller than 32 pixels, no classes.
Classifier resnet(Graph& graph, const ResNet& net);

/// For 32x32 photographs: a 3x3 convolution, three stages of n blocks with 16, 32 and 64 filters, shortcuts
/// without weights; depth = 6 n + 2 is 20, 32, 44, 56, 110.  Nodes: as above, `linear` for the dense layer,
/// and labels, loss.  Error: another depth.
Classifier resnet_cifar10(Graph& graph, int depth, int classes = 10, bool skips = true,
                          bool normalised = true);
TrainingOptions resnet_cifar10_training();

/// In inference a normalisation only scales and shifts, and so does a convolution:
///
///     gamma (w * x - mean) / deviation + beta = (gamma / deviation w) * x + (beta - gamma mean / deviation)
///
/// The weights of the network without its normalisations: each convolution that one follows in `graph` takes
/// its scale into the filters and its shift into a bias.  They are for the graph of the same network built
/// `folded`, where additions and ReLUs happen before the store, too.
Weights fold(const Graph& graph, const Weights& weights, double epsilon = 1e-5);

}  // namespace cnn
