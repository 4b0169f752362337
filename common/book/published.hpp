#pragma once
/// @file  What was published of the networks' accuracy on ImageNet: one network, one figure, and where it
/// stands.
#include <string>
#include <vector>

namespace cnn {

/// Of 100 of ImageNet's 50,000 validation pictures, how many a single network names right.
struct Published {
    std::string net;     ///< its name among networks()
    std::string family;  ///< what belongs together in a chart
    double top1 = 0;     ///< with its first answer
    double top5 = 0;     ///< with one of five; 0: not reported
    std::string source;
    bool weights = false;  ///< torchvision has weights of this accuracy, measured on one middle crop
    int input = 0;         ///< the side of the pictures where it is not the network's own
    double retrained =
        0;  ///< the first answer of torchvision's later weights of the same network; 0: there are none
};

/// Families in the order of their papers, a family's networks from small to large.
const std::vector<Published>& published_accuracies();

}  // namespace cnn
