#pragma once
/// @file  A linear softmax classifier over any features: p = softmax(x w + b), trained by minibatches.
#include <cstdint>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

struct LinearClassifier {
    Tensor w;  ///< (1, 1, features, classes)
    Tensor b;  ///< (1, 1, 1, classes)

    std::int64_t parameters() const { return w.shape().size() + b.shape().size(); }
};

struct LinearTraining {
    int epochs = 10;
    int batch = 100;
    real rate = real{0.1};  ///< at first; it falls to zero along half a cosine
    real momentum = real{0.9};
    real decay = real{0};    ///< of the weights: adds decay * w to the gradient
    std::uint64_t seed = 1;  ///< of the order of the examples
};

/// Minimises the mean of -log p(label) with momentum.  Features are (n, h, w, c), labels from 0 up to below
/// `classes`.  Errors: as many labels as features, at least one; a label out of range.
LinearClassifier train_linear(View features, const std::vector<int>& labels, int classes,
                              const LinearTraining& training);

/// x w + b for each example: (1, 1, n, classes).
Tensor logits(const LinearClassifier& classifier, View features);

/// The share of examples whose largest logit is their label's.
double accuracy(const LinearClassifier& classifier, View features, const std::vector<int>& labels);

/// The mean of -log softmax at the labels.
double mean_loss(const LinearClassifier& classifier, View features, const std::vector<int>& labels);

/// d / dlogits of the mean loss: (softmax - 1 at the label) / n; in place.
void softmax_gradient(MutableView logits, const int* labels);

}  // namespace cnn
