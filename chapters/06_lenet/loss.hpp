#pragma once
/// @file  s-10: the output activation, and what training makes small.
///
///     p_k = e^{z_k} / sum_i e^{z_i}          L = -1/N sum_n log p_{n, label(n)}
///
/// z holds logits in its channels, one set at every position of the map, so the same loss serves a classifier
/// (1x1 maps) and a segmentation.  Labels are (n, h, w, 1), whole numbers below the number of channels; N
/// counts all positions.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Errors: labels of another shape, a label that is no class.
void require_labels(const char* operation, View z, View labels);

namespace naive {
Tensor softmax(View z);
Tensor softmax_backward(View dp, View p);
/// Softmax, then the logarithm: infinite where a probability has rounded to zero.
real softmax_cross_entropy(View z, View labels);
Tensor softmax_cross_entropy_backward(View z, View labels);
}  // namespace naive

namespace optimized {
Tensor softmax(View z);
Tensor softmax_backward(View dp, View p);
/// log sum_i e^{z_i - m} - (z_label - m) with m = max z: no probability is formed, so none can vanish.
real softmax_cross_entropy(View z, View labels);
/// (p - onehot(label)) / N.
Tensor softmax_cross_entropy_backward(View z, View labels);
}  // namespace optimized

/// A node of probabilities.
Node softmax(Node z, std::string name = "");
/// A node of one number, the mean over the batch.  Labels get no gradient.
Node softmax_cross_entropy(Node z, Node labels, std::string name = "loss");

}  // namespace cnn
