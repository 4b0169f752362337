#pragma once
/// @file  What a classifier makes of examples: classes, accuracy, and which class was taken for which.
#include <cstdint>
#include <span>
#include <vector>

#include "common/files/dataset.hpp"
#include "common/graph/run.hpp"

namespace cnn {

/// Where training takes hold of a graph.  The loss is one number; the class is the channel with the largest
/// logit, at each position.
struct Classifier {
    Node image, labels, logits, loss;
};

/// Images and what they show: labels are (n, 1, 1, 1), or (n, h, w, 1) with a class for every position.
struct Examples {
    Tensor images, labels;
};
Examples examples(Dataset set);

/// Errors: no examples, or as many images as labels there are not; `which` names them.
void require_examples(const Examples& all, const char* which);

/// The class at each position of each image, worked out in batches.
std::vector<int> classify(const Graph& graph, const Classifier& net, const Weights& weights, View images,
                          const Mode& mode = {});

struct Evaluation {
    double loss = 0, accuracy = 0;
};
/// The mean loss, and the share of positions whose class is right.
Evaluation evaluate(const Graph& graph, const Classifier& net, const Weights& weights, const Examples& test,
                    const Mode& mode = {});

/// Appends the channel with the largest number at each position, images first.
void append_classes(View logits, std::vector<int>& classes);
/// How many of the classes are the labels.
std::int64_t right(const std::vector<int>& classes, std::span<const real> labels);

/// How often one class was taken for another: counts[true][predicted].  Errors: lists of different lengths, a
/// class outside of 0 ... count - 1.
std::vector<std::vector<int>> confusion_matrix(const std::vector<int>& labels,
                                               const std::vector<int>& classes, int count);

}  // namespace cnn
