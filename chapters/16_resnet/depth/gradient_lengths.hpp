#pragma once
/// @file  s-20, A5: how much of the loss's gradient reaches each block.
#include <vector>

namespace cnn {

/// The length of the loss's gradient for the end of each block, from the image to the loss, of a network of
/// `depth` layers for CIFAR-10 that has not learned yet, on a batch of noise.
std::vector<double> gradient_lengths(int depth, bool skips, bool normalised);

}  // namespace cnn
