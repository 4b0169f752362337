#pragma once
/// @file  Where the maxima of a window stand, a register of channels at a time.
#include "common/machine/simd.hpp"
#include "pooling.hpp"

namespace cnn::optimized {

/// The first `count` channels at an address; the whole register where memory
/// goes on to hold numbers of ours.
template <bool whole>
simd::vec load(const real* from, int count) {
    return whole ? simd::vec::load(from) : simd::vec::load_first(count, from);
}

/// Whether a window may have so many positions that a float cannot count them.
inline bool uncountable(const Shape& x, const Pooling& pooling) {
    return std::int64_t{std::min(pooling.kernel.h, x.h)} * x.w > 1 << 24;
}

// [first maximum]
/// The first number of the window that no other beats, as naive has it: its
/// position, counted row by row.
template <bool whole>
simd::vec first_maximum(View x, int n, int k, int count, Span row, Span column) {
    using simd::vec;
    vec largest = load<whole>(x.pixel(n, row.begin, column.begin) + k, count), position{};
    real at = 0;
    const int positions = column.positions();
    const std::ptrdiff_t apart = column.step * x.pixel_pitch;
    for (int r = row.begin; r < row.end; r += row.step) {
        const real* from = x.pixel(n, r, column.begin) + k;
        for (int t = 0; t < positions; ++t, ++at, from += apart) {
            const vec next = load<whole>(from, count);
            const auto beats = ~(next.v <= largest.v) & (largest.v == largest.v);
            largest = {beats ? next.v : largest.v};
            position = {beats ? vec::broadcast(at).v : position.v};
        }
    }
    return position;
}
// [first maximum]

}  // namespace cnn::optimized
