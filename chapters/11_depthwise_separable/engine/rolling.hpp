#pragma once
/// @file  The walk down a strip of 3x3 windows under stride 1: each input pixel is loaded once.
#include <utility>

#include "common/kernels/tile.hpp"
#include "tiles.hpp"

namespace cnn::engine::depthwise {

// [roll]
/// Walks down a strip of `rows` x columns outputs at channel c.  A row of inputs meets the windows of three
/// rows of outputs, whose numbers are in three places: sums, or in the filters' gradient those of dy.  Below,
/// the lowest row starts; the uppermost ends, and its place is free for the next.
///   start(k, i)          place k becomes row i of outputs;
///   use(x, k, j, m, l)   the output of column j in place k sees the inputs x through tap (m, l);
///   finish(k, i)         it has seen all.
/// The first and last rows of inputs lie under fewer than three rows of outputs.  Products with a place that
/// holds no row are made in vain: with zeros, so they must not meet infinities.
/// Everything is written out, so that places stay in registers.  Where maps outgrow the caches, the next
/// strip's pixels are fetched meanwhile, neighbours in memory together, and into the nearest cache those of a
/// few rows below.
template <int columns, bool uncached, class Start, class Use, class Finish>
[[gnu::always_inline]] inline void roll3x3(const Source& from, int c, int rows, const Start& start,
                                           const Use& use, const Finish& finish) {
    constexpr int across = columns + 2;
    const bool left = from.columns.begin == 1, right = from.columns.end == across - 1;
    const auto row = [&]<int place>(int r) __attribute__((always_inline)) {
        if (r < rows) start(place, r);
        if (from.rows.begin <= r && r < from.rows.end) {
            const real* at = from.x + r * from.row_pitch;
            const real *below = at + 4 * from.row_pitch + c,
                       *next = at + across * from.tap_pitch + c * columns;
            unroll<across, 1>([&](int q, int) __attribute__((always_inline)) {
                if (uncached && q >= 2) {
                    __builtin_prefetch(next + (q - 2) * simd::lanes, 0, 2);
                    __builtin_prefetch(below + q * from.tap_pitch, 0, 3);
                }
                if ((q == 0 && left) || (q == across - 1 && right)) return;
                const simd::vec x = simd::vec::load(at + q * from.tap_pitch + c);
                unroll<3, columns>([&](int k, int j) __attribute__((always_inline)) {
                    if (0 <= q - j && q - j < 3) use(x, k, j, (place - k + 3) % 3, q - j);
                });
            });
        }
        if (r >= 2) finish((place + 1) % 3, r - 2);
    };
    for (int r = 0; r < rows + 2; r += 3) {
        row.template operator()<0>(r);
        if (r + 1 < rows + 2) row.template operator()<1>(r + 1);
        if (r + 2 < rows + 2) row.template operator()<2>(r + 2);
    }
}
// [roll]

}  // namespace cnn::engine::depthwise
