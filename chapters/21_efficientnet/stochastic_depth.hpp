#pragma once
/// @file  s-21: stochastic depth, which in training leaves out whole blocks (Huang et al. 2016).
///
///     y(n) = x(n) m(n) / (1 - p),    m(n) = 0 with probability p, else 1
///
/// x is what a residual block adds; where a picture's m is 0, the block is only its skip.  Only in training.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// @name The pair
/// Picture n is decided by the n-th number of the stream that belongs to `seed`.  The mask is a factor, so
/// the gradient is stochastic_depth(dy) with the same seed.  Error: p below 0, or 1 and above.
/// @{
namespace naive {
Tensor stochastic_depth(View x, double p, std::uint64_t seed);
}  // namespace naive

namespace optimized {
Tensor stochastic_depth(View x, double p, std::uint64_t seed);
/// The same into memory of the caller's, which may be x itself.
void stochastic_depth_into(View x, double p, std::uint64_t seed, MutableView y);
}  // namespace optimized
/// @}

void require_drop_probability(double p);

/// A node that drops pictures in training, by a mask of its own for each run's seed, and is the identity
/// otherwise.
Node stochastic_depth(Node x, double p, std::string name = "");

}  // namespace cnn
