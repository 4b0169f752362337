#pragma once
/// @file  s-21: why the narrow end of MobileNet V2's blocks has no ReLU.

namespace cnn {

/// Random pixels of `dimensions` numbers go through a random 1x1 convolution to `channels` maps and a ReLU.
/// The share of them that can be computed back: at least `dimensions` of their channels stayed positive, so
/// there are as many equations as unknowns.  Error: dimensions or channels below 1.
double recoverable(int dimensions, int channels);

}  // namespace cnn
