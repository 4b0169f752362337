#pragma once
/// @file  A network held to PyTorch's.
///
/// Both draw weights and image from the same sines, so a golden file of the repository holds no more than the
/// logits and the image's gradient.  A chapter's golden.py writes it with golden_network.py beside this file.
#include <filesystem>
#include <string>

#include "common/graph/run.hpp"
#include "common/graph/weights.hpp"

namespace cnn {

/// Number i of parameter k is a sine of 1.3 i + k, i counted in PyTorch's order; scaled so that maps keep
/// their size: filters by sqrt(2 / fan_in), a normalisation's weight and variance around 1.
Weights golden_weights(const Graph& graph);

/// How far the network is from data/golden/NAME.safetensors: the largest difference, relative to the largest
/// golden number; a NaN gives infinity.
struct GoldenErrors {
    double logits = 0;
    double image_gradient = 0;  ///< of the sum of the logits, each times a sine
    /// The length of the gradient's difference over the gradient's: a ReLU at zero that rounding switches
    /// moves a few numbers, and of millions of ReLUs some always stand there.
    double gradient_length = 0;
    double moved = 0;  ///< how far roundings move PyTorch's own, where the file says it
};
GoldenErrors golden_errors(const std::string& name, const Graph& graph, Node image, Node logits,
                           const Mode& mode);
/// The same for a file anywhere that holds its image too; its weights, by PyTorch's names, are a file of its
/// name in the folder `weights` beside it.
GoldenErrors golden_file_errors(const std::filesystem::path& file, const Graph& graph, Node image,
                                Node logits, const Mode& mode);

}  // namespace cnn
