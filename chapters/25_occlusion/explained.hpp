#pragma once
/// @file  What every explanation begins with: a picture, a network with its weights, and one class's score.
#include "common/graph/run.hpp"
#include "common/training/training.hpp"

namespace cnn {

/// Throws an Error unless `image` is one picture of the size that `net` takes, and its scores stand in one
/// place.
void require_picture(const char* method, const Classifier& net, View image);
/// Throws an Error unless `label` is one of the network's classes.
void require_class(const char* method, const Classifier& net, int label);

/// The scores before the softmax: (n, 1, 1, classes).
Tensor logits(const Classifier& net, const Weights& weights, View images, const Mode& mode = {});
/// The softmax of the scores.
Tensor probabilities(const Classifier& net, const Weights& weights, View images, const Mode& mode = {});
/// The class with the largest score in one picture.
int top_class(const Classifier& net, const Weights& weights, View image);

/// Where a map of one channel is largest: row, column; the first of several.
struct Place {
    int row = 0, column = 0;
    friend bool operator==(const Place&, const Place&) = default;
};
Place largest(View map);

}  // namespace cnn
