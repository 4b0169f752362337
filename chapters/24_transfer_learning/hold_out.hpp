#pragma once
/// @file  Examples in two: to learn from, and to be tested on; every class in the same proportion.
#include <cstdint>
#include <vector>

namespace cnn {

struct Halves {
    std::vector<int> training, held_out;  ///< numbers of examples, in their order
};

/// Holds out the share of each class, rounded, but at least one and never all; which ones, the seed draws.
/// Errors: a share that is not between 0 and 1, a class with fewer than two examples.
Halves hold_out(const std::vector<int>& labels, double share, std::uint64_t seed);

}  // namespace cnn
