#pragma once
/// @file  s-20: batch normalisation, the sum at the end of a residual block, and the shortcut that only
/// grows.
///
///     y(c) = gamma(c) (x(c) - mean(c)) / sqrt(variance(c) + epsilon) + beta(c)
///
/// Ioffe and Szegedy, "Batch normalization", 2015.  In training mean and variance are the batch's, over all
/// its pixels; in inference they are running averages of those, which training leaves behind.
#include <array>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// PyTorch's defaults.
struct BatchNorm {
    double epsilon = 1e-5;
    double momentum = 0.1;  ///< running = (1 - momentum) running + momentum batch
};

/// Of each channel, (1, 1, 1, c); the variance divides by the number of pixels.  Of no pixels both are 0.
struct Moments {
    Tensor mean, variance;
};

/// What a normalisation is told: gamma and beta, (1, 1, 1, c) each.
struct Affine {
    View weight, bias;
};

struct BatchNormGradients {
    Tensor x, weight, bias;
};

/// @name The pair
/// x is (n, h, w, c) and may be any view.  `of_batch` says that the moments are those of x itself, so that
/// they move with it; otherwise they are constants.  Errors: moments, affine or dy of another shape.
/// @{
namespace naive {
Moments moments(View x);
Tensor batch_norm(View x, const Moments& moments, const Affine& affine, double epsilon);
BatchNormGradients batch_norm_backward(View dy, View x, const Moments& moments, View weight, double epsilon,
                                       bool of_batch);
}  // namespace naive

namespace optimized {
Moments moments(View x);
Tensor batch_norm(View x, const Moments& moments, const Affine& affine, double epsilon);
/// The same into memory of the caller's, which may be x itself.
void batch_norm_into(View x, const Moments& moments, const Affine& affine, double epsilon, MutableView y);
BatchNormGradients batch_norm_backward(View dy, View x, const Moments& moments, View weight, double epsilon,
                                       bool of_batch);
}  // namespace optimized
/// @}

void require_normalised(const Shape& x, const Moments& moments, const Affine& affine);

/// @name Nodes
/// @{
/// Parameters name.weight and name.bias, statistics name.running_mean and name.running_var.  A training on
/// one pixel a channel is an Error: it has no variance.
Node batch_norm(Node x, const BatchNorm& options = {}, std::string name = "");
/// a + b, of one shape.
Node add(Node a, Node b, std::string name = "");
/// The shortcut without weights (the paper's option A): every stride-th pixel, and zeros for the channels
/// that x does not have, half of them before and half behind.  Error: fewer channels than x has.
Node padded_shortcut(Node x, int channels, int stride, std::string name = "");
/// @}

}  // namespace cnn
