#pragma once
/// @file  s-19, A4: what the auxiliary heads do to the gradients of early layers.
#include <string>
#include <vector>

namespace cnn {

/// The length of the loss's gradient at a node.
struct GradientLength {
    std::string node;
    double length;
};

/// At GoogLeNet's first layers and at the end of each module, from the image on, before the first step of a
/// training; of 112x112 pixels of noise, 4 at once.  With heads their losses count as the paper weighs them.
std::vector<GradientLength> googlenet_gradients(bool heads);

}  // namespace cnn
