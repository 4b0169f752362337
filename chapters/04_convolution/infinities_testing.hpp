#pragma once
/// @file  What tests of infinite numbers and NaN share.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/base/random.hpp"
#include "common/testing/testing.hpp"

namespace cnn::infinities_testing {

/// Small integers with one or two numbers among them that are infinite or NaN.
inline Tensor with_infinities(const Shape& shape, Random& random) {
    constexpr real infinity = std::numeric_limits<real>::infinity();
    constexpr real strange[] = {infinity, -infinity, std::numeric_limits<real>::quiet_NaN()};
    Tensor x = small_integers(shape, random.bits());
    for (int k = 0; k < 2; ++k)
        x.flat()[std::size_t(random.below(int(shape.size())))] = strange[random.below(3)];
    return x;
}

/// Equal, where NaN equals NaN.
inline bool same_or_nan(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && std::ranges::equal(a.flat(), b.flat(), [](real p, real q) {
               return p == q || (std::isnan(p) && std::isnan(q));
           });
}

}  // namespace cnn::infinities_testing
