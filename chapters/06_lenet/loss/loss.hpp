#pragma once
/// @file  s-10: the output activation, and what training makes small.
///
///     p_k = e^{z_k} / sum_i e^{z_i}          L = -1/N sum_n log p_{n, label(n)}
///
/// z holds logits in its channels, one set at every position of the map, so the same loss serves a classifier
/// (1x1 maps) and a segmentation.  Labels are (n, h, w, 1), whole numbers below the number of channels; N
/// counts all positions.  Sums over positions are made in double.
///
/// What is not a number: a NaN among the logits of a position makes NaN of all its probabilities, of the
/// loss, and of that position's gradient; so does a logit of plus infinity.  A logit of minus infinity has
/// probability 0.  The mean over no positions is NaN, its gradient empty.
#include <optional>
#include <vector>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// How the losses of all positions become one number, or stay (n, h, w, 1).
enum class Reduction { mean, sum, none };

/// What else libraries offer (ONNX's SoftmaxCrossEntropyLoss, PyTorch's cross_entropy).
struct CrossEntropy {
    Reduction reduction = Reduction::mean;
    /// Positions of this label, which need not be a class, count nothing.
    std::optional<int> ignored = {};
    /// What a position of each class counts; 1 each where it is empty.  The mean is over what counts.
    std::vector<real> class_weights = {};
};

/// Errors: labels of another shape, a label that is no class, not a weight for each class.
void require_labels(const char* operation, View z, View labels, const CrossEntropy& loss = {});
/// Whether a position of this label counts, and how much.
bool counts(const CrossEntropy& loss, real label);
real weight_of(const CrossEntropy& loss, real label);
/// What the sum of all losses is divided by: for the mean, the sum of the weights of what counts.
double divisor(const CrossEntropy& loss, View labels);

namespace naive {
Tensor softmax(View z);
Tensor softmax_backward(View dp, View p);
/// The logarithm of softmax: z_k - m - log sum_i e^{z_i - m} with m = max z.
Tensor log_softmax(View z);
Tensor log_softmax_backward(View dl, View l);
/// Softmax, then the logarithm: infinite where a probability has rounded to zero.
real softmax_cross_entropy(View z, View labels);
Tensor softmax_cross_entropy_backward(View z, View labels);
/// The same with whatever the loss asks for; dloss has the shape of the result.
Tensor cross_entropy(View z, View labels, const CrossEntropy& loss);
Tensor cross_entropy_backward(View dloss, View z, View labels, const CrossEntropy& loss);
}  // namespace naive

namespace optimized {
Tensor softmax(View z);
Tensor softmax_backward(View dp, View p);
Tensor log_softmax(View z);
Tensor log_softmax_backward(View dl, View l);
/// log sum_i e^{z_i - m} - (z_label - m) with m = max z: no probability is formed, so none can vanish.
real softmax_cross_entropy(View z, View labels);
/// (p - onehot(label)) / N.
Tensor softmax_cross_entropy_backward(View z, View labels);
Tensor cross_entropy(View z, View labels, const CrossEntropy& loss);
Tensor cross_entropy_backward(View dloss, View z, View labels, const CrossEntropy& loss);
}  // namespace optimized

/// A node of probabilities, and one of their logarithms.
Node softmax(Node z, std::string name = "");
Node log_softmax(Node z, std::string name = "");
/// A node of one number, the mean over the batch, unless the loss asks for something else.  Labels get no
/// gradient.
Node softmax_cross_entropy(Node z, Node labels, std::string name = "loss", const CrossEntropy& loss = {});

}  // namespace cnn
