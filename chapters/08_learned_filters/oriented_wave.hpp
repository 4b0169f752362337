#pragma once
/// @file  How much a filter looks like an edge or a bar: the oriented wave that explains most of it.
///
/// A Gabor function is a plane wave under a Gaussian window in the filter's middle.  With d the distance
/// across the wave's bars, a filter's best approximation by one is
///
///     exp(-(i^2 + j^2) / (2 spread^2)) (a cos(2 pi d / length) + b sin(2 pi d / length))
///
/// The cosine is a bar and the sine an edge; a and b follow by least squares, the rest by trying all of a
/// list.
#include "common/base/random.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

struct Wave {
    double angle = 0;               ///< of the direction across the bars, in degrees: 0 for upright ones
    double length = 0, spread = 0;  ///< in pixels
    double share = 0;     ///< of the filter's energy, the sum of its squares, that it explains: 0 to 1
    Tensor picture = {};  ///< the approximation, as large as the filter
};

/// Of 12 angles, 5 lengths and 3 spreads.  The filter is (1, k, k, channels); its channels are summed first,
/// which leaves how it weighs light.  A filter of zeros is explained whole.  Error: no square of at least
/// 2x2.
Wave best_wave(View filter);

/// The same pixels in random order: what is left of a filter without its pattern.
Tensor shuffled(View filter, Random& random);

/// Filter f of (k, k, channels, count), as (1, k, k, channels).
Tensor one_filter(View filters, int f);

}  // namespace cnn
