#pragma once
/// @file  s-18: dropout, which keeps units from relying on each other (Srivastava et al. 2014).
///
///     y(i) = x(i) m(i) / (1 - p),    m(i) = 0 with probability p, else 1
///
/// Only in training: in inference every unit stays, and thanks to the division nothing has to be rescaled.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// @name The pair
/// Element i of x, in memory order, is decided by the i-th number of the stream that belongs to `seed`.  The
/// mask is a factor, so the gradient of y with respect to x is dropout(dy) with the same seed.
/// Error: p below 0, or 1 and above, where nothing would be left.
/// @{
namespace naive {
Tensor dropout(View x, double p, std::uint64_t seed);
}  // namespace naive

namespace optimized {
Tensor dropout(View x, double p, std::uint64_t seed);
}  // namespace optimized
/// @}

/// A node that drops in training, with a mask of its own for each run's seed, and is the identity otherwise.
Node dropout(Node x, double p = 0.5, std::string name = "");

}  // namespace cnn
