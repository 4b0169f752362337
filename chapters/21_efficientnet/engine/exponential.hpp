#pragma once
/// @file  exp of as many numbers as a register holds, without a branch and without a table.
///
/// exp(x) = 2^n exp(r) with n the whole number nearest to x / ln 2, so that |r| <= ln 2 / 2.  There the first
/// terms of the series are enough, and 2^n is written into the bits of a floating-point number.
#include <array>
#include <limits>
#include <numbers>

#include "common/machine/simd.hpp"

namespace cnn::simd {

namespace exponential {

inline constexpr bool single_precision = sizeof(real) == 4;
inline constexpr int mantissa = std::numeric_limits<real>::digits - 1;
inline constexpr int bias = std::numeric_limits<real>::max_exponent - 1;
/// 1.5 * 2^mantissa: added to a small number it leaves the nearest whole one in the lowest bits.
inline constexpr real rounding = real(3) * real(std::int64_t{1} << (mantissa - 1));
/// Below `least` the result stays exp(least), which 1 + exp(x) cannot tell from 0; above `most` it is
/// infinite.
inline constexpr real least = single_precision ? -86 : -707, most = single_precision ? 89 : 710;
/// The first term left out, r^k / k!, is below an eighth of a unit in the last place.
inline constexpr int terms = single_precision ? 8 : 14;

inline constexpr std::array<real, terms> series = [] {
    std::array<real, terms> all{};
    double factorial = 1;
    for (int k = 0; k < terms; ++k) {
        if (k > 0) factorial *= k;
        all[std::size_t(k)] = real(1 / factorial);
    }
    return all;
}();

/// ln 2 in two parts: n times the first is exact, since it leaves room for n's digits.
inline constexpr real head = [] {
    constexpr auto unit = double(std::int64_t{1} << (single_precision ? 15 : 41));
    return real(double(std::int64_t(std::numbers::ln2 * unit)) / unit);
}();
inline constexpr real rest = real(std::numbers::ln2_v<long double> - static_cast<long double>(head));

}  // namespace exponential

// [exp]
/// exp of each lane, to about one unit in the last place; a NaN stays a NaN.
inline vec exp(vec x) {
    namespace e = exponential;
    using bits = decltype(x.v < x.v);
    x = min(max(x, vec::broadcast(e::least)), vec::broadcast(e::most));

    // x = n ln 2 + r.
    const vec magic = vec::broadcast(e::rounding);
    const vec shifted = fma(real(1 / std::numbers::ln2), x, magic), n = shifted - magic;
    const vec r = fma(-e::rest, n, fma(-e::head, n, x));

    // The series, from its last term.
    vec p = vec::broadcast(e::series.back());
    for (int k = e::terms - 2; k >= 0; --k) p = fma(p, r, vec::broadcast(e::series[std::size_t(k)]));

    // Times 2^(n - 1), then 2: so 2^128 overflows as it should, not earlier.
    const bits exponent = bits(shifted.v) - bits(magic.v) + (e::bias - 1);
    const vec power{vec::raw(exponent << e::mantissa)};
    return p * power * vec::broadcast(2);
}
// [exp]

}  // namespace cnn::simd
