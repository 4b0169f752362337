#pragma once
/// @file  s-21: a ReLU that ends at 6, so that numbers of few bits can hold it; and clipping in general.
#include "common/graph/graph.hpp"

namespace cnn {

/// min(max(x, low), high).  A NaN stays a NaN; the gradient passes strictly between the two, and at a NaN.
/// Error: low above high, or either no number.
Node clip(Node x, double low, double high, std::string name = "");

/// clip(x, 0, 6).
Node relu6(Node x, std::string name = "");

}  // namespace cnn
