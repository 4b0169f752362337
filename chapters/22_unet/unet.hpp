#pragma once
/// @file  s-16: U-Net, which names every pixel.
///
/// Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation", 2015
/// (figure 1).
#include <vector>

#include "common/graph/graph.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

struct UNet {
    Extent input = 572;
    int channels = 1, classes = 2;
    std::vector<int> widths = {64, 128, 256, 512, 1024};  ///< maps at each level, the last at the bottom
    bool padded = false;      ///< the maps keep their size: the output is as large as the picture
    bool normalised = false;  ///< batch normalisation behind each 3x3 layer, which then has no bias
};

/// Two 3x3 layers with ReLU: name.conv1, name.relu1, name.conv2, name.relu2, and name.norm1, name.norm2 where
/// they are normalised.
Node double_convolution(Node x, int filters, const UNet& options, const std::string& name);

/// Nodes: image, down1 ..., pool1 ..., bottom, up4 ... down to up1, classes (the logits of each pixel),
/// probabilities.  Errors: fewer than two levels, no classes, a map that cannot be halved.
Classifier unet(Graph& graph, const UNet& options);

}  // namespace cnn
