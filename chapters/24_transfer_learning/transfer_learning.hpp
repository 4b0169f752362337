#pragma once
/// @file  s-22: a network that learned one thing begins to learn another.
///
/// A network is cut at one of its nodes.  What lies before the cut, the backbone, keeps its weights: it
/// extracts features.  What lies behind the cut learns.  Cut before the last layer, that is a linear
/// classifier on features; cut before the last stage, or at the image, it is fine-tuning.
///
///     f = backbone(x),    W <- W - rate dL(head(f; W), label)/dW
#include <string>
#include <vector>

#include "common/training/training.hpp"

namespace cnn {

/// Where to cut so that the last layer with weights learns alone: what that layer reads, before any dropout.
/// Errors: a network without layers that learn; a last layer that reads several nodes.
Node last_features(const Classifier& net);

/// The names of the parameters that learn behind the cut.  Error: a way from the image to the logits that
/// leads past the cut, so that what lies before it is more than one map.
std::vector<std::string> parameters_behind(const Classifier& net, Node cut);

/// The same layers behind the cut as a network of its own, in `to`, which must be empty: what was the cut is
/// its image.  Parameters keep their names.
Classifier behind(const Classifier& net, Node cut, Graph& to);

/// The maps at the cut: (n, h, w, c), worked out in batches, as in inference.
Tensor features(const Classifier& net, Node cut, const Weights& weights, View images);

/// Weights to begin with: the last layer's are new, drawn from the seed; all others are those of `learned`.
/// Error: one of them is missing, or of another shape.
Weights with_new_end(const Classifier& net, const Weights& learned, std::uint64_t seed);

/// @name The pair
/// Trains what lies behind the cut from `start`, and leaves the backbone as it is; options.parameters must be
/// empty.  Both return all weights of `net` and the same history, to the last bit, unless the network drops
/// units: each implementation then has masks of its own.
/// @{
namespace naive {
/// Runs the backbone for every image of every epoch.
TrainingState retrain(const Classifier& net, Node cut, const Weights& start, const Examples& training,
                      const Examples& test, const TrainingOptions& options,
                      const TrainingListener& listener = {});
}  // namespace naive

namespace optimized {
/// Runs the backbone once for every image, and trains on the features.  Error: augmentation, which would need
/// other features in each epoch; unless the cut is the image.
TrainingState retrain(const Classifier& net, Node cut, const Weights& start, const Examples& training,
                      const Examples& test, const TrainingOptions& options,
                      const TrainingListener& listener = {});
}  // namespace optimized
/// @}

}  // namespace cnn
