#pragma once
/// @file  How a map is cut into tiles that registers hold, and the three things done with them.
///
/// A tile is some output pixels, vector after vector of channels.  Most windows are 3x3 under stride 1 or 2:
/// they get kernels of their own, `wide` or `small` columns across, down a whole strip (rolling.hpp) or for a
/// `pair` of rows, or `small` ones for a `quad` of rows.  Any other window is filtered in runs: neighbours of
/// one row for which the same taps are inside of the map.
#include <algorithm>

#include "common/base/range.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/machine/simd.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::engine::depthwise {

inline constexpr int pair = 2, quad = simd::registers >= 32 ? 4 : 2;
inline constexpr int wide = simd::registers >= 32 ? 7 : 4, small = 4;
/// Channels read together where pixels crowd.
inline constexpr int deep_channels = (simd::registers >= 32 ? 4 : 2) * simd::lanes;
inline constexpr int longest_run = simd::registers >= 32 ? 12 : 8;

/// Where windows lie: the first tap of output (i, j) reads (i stride.h - top, j stride.w - left).
struct Windows {
    Extent kernel, stride, dilation;
    int top = 0, left = 0;
};

/// y = the windows of x under w, (kh, kw, 1, c), plus b, a bias or null.  Taps outside of x are skipped.
void filter(View x, View w, const real* b, const Windows& windows, Activation activation, MutableView y);
/// The gradient of that for x.
void input_gradient(View dy, View w, const Windows& windows, MutableView dx);
/// The gradient of that for w.
void filter_gradient(View dy, View x, const Windows& windows, MutableView dw);

/// Whether pixels that windows under stride 2 step to lie whole pages apart.  Then they share so few places
/// of the first-level cache that a line is gone before its neighbour is asked for: better read both together.
bool crowded(View x, const Windows& windows);

/// The part of x under a tile.
struct Source {
    const real* x;  ///< where the first tap of the first pixel reads, inside of the map or not
    std::ptrdiff_t row_pitch, tap_pitch, pixel_pitch;
    Range rows,
        columns;  ///< those inside of the map, of what a tile reads; of a run's columns, each window's
    int channels;
    const real* next = nullptr;  ///< where the first tap of the next tile reads
};

/// Asks for the lines that later tiles read anew, neighbours in memory together: one in the place of each new
/// pixel (r, q) of this tile.  A processor that has too many requests under way forgets some, so each line is
/// asked for again a tile before its use.  Under stride 2 much is read for little arithmetic: three requests,
/// of which the last brings the line into the nearest cache.
template <int stride, int rows, int columns>
[[gnu::always_inline]] inline void fetch(const Source& from, int c, int r, int q) {
    if (r < 3 - stride || q >= columns * stride) return;
    const std::ptrdiff_t line =
        r * from.row_pitch + (3 - stride) * from.tap_pitch + c * columns * stride + q * simd::lanes;
    const std::ptrdiff_t below = rows * stride * from.row_pitch;
    if (stride == 2) __builtin_prefetch(from.x + 2 * below + line, 0, 2);
    __builtin_prefetch(from.x + below + line, 0, 2);
    __builtin_prefetch(from.next + line, 0, stride == 2 ? 3 : 2);
}

/// Calls use(x, i, j, m, l) for each vector x of a tile of 3x3 windows, at channel c, and each output (i, j)
/// that it reaches through tap (m, l): x is loaded once.  Calls finish(i) as soon as row i has met all.  All
/// written out, so that what `use` adds to may stay in registers.
template <int stride, int rows, int columns, bool uncached, class Use, class Finish>
[[gnu::always_inline]] inline void for_each_product(const Source& from, int c, const Use& use,
                                                    const Finish& finish) {
    constexpr int across = (columns - 1) * stride + 3;
    const bool left = from.columns.begin == 1, right = from.columns.end == across - 1;
#pragma GCC unroll 16
    for (int r = 0; r < (rows - 1) * stride + 3; ++r) {
        if (from.rows.begin <= r && r < from.rows.end) {
#pragma GCC unroll 16
            for (int q = 0; q < across; ++q) {
                if (uncached) fetch<stride, rows, columns>(from, c, r, q);
                if ((q == 0 && left) || (q == across - 1 && right)) continue;
                const real* at = from.x + r * from.row_pitch + q * from.tap_pitch + c;
                const simd::vec x = simd::vec::load(at);
#pragma GCC unroll 16
                for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                    for (int j = 0; j < columns; ++j) {
                        const int m = r - i * stride, l = q - j * stride;
                        if (0 <= m && m < 3 && 0 <= l && l < 3) use(x, i, j, m, l);
                    }
            }
        }
        if (r >= 2 && (r - 2) % stride == 0) finish((r - 2) / stride);
    }
}

/// Some outputs of one image.
struct Part {
    int n;
    Range rows, columns;
};

/// Calls on_tile(i, j, size, source) for tiles of the 3x3 kernels, at most `high`, where at most the
/// outermost columns read are padding, and on_run(i, j, pixels, source) for the rest of the part.
template <class OnTile, class OnRun>
void for_each_tile(View x, const Windows& windows, const Part& part, int high, const OnTile& on_tile,
                   const OnRun& on_run) {
    const Extent kernel = windows.kernel, stride = windows.stride, dilation = windows.dilation;
    const auto first_tap = [&](int i, int j) {
        return x.pixel(part.n, 0, 0) + (std::ptrdiff_t{i} * stride.h - windows.top) * x.row_pitch +
               (std::ptrdiff_t{j} * stride.w - windows.left) * x.pixel_pitch;
    };
    const auto source = [&](int i, int j, const Range& rows, const Range& columns) {
        return Source{first_tap(i, j),
                      dilation.h * x.row_pitch,
                      dilation.w * x.pixel_pitch,
                      stride.w * x.pixel_pitch,
                      rows,
                      columns,
                      x.shape.c};
    };
    const auto runs = [&](int i, int from, int to) {
        const auto taps = [&](int j) {
            return inside(j * stride.w - windows.left, dilation.w, kernel.w, x.shape.w);
        };
        const Range rows = inside(i * stride.h - windows.top, dilation.h, kernel.h, x.shape.h);
        for (int j = from, last; j < to; j = last) {
            const Range common = taps(j);
            for (last = j + 1; last < std::min(to, j + longest_run) && taps(last) == common;) ++last;
            on_run(i, j, last - j, source(i, j, rows, common));
        }
    };

    const int s = stride.h;
    const bool tiled =
        kernel == Extent(3) && dilation == Extent(1) && s == stride.w && s <= 2 && x.shape.c >= simd::lanes;
    for (int i = part.rows.begin; i < part.rows.end; i += high) {
        const int rows = std::min(high, part.rows.end - i);
        const Range rows_read = inside(i * s - windows.top, 1, (rows - 1) * s + 3, x.shape.h);
        int j = part.columns.begin;
        const real* row_below = first_tap(i + high, j);
        while (tiled && part.columns.end - j >= small) {
            // Wide tiles load least; long rows of pairs come from memory and are better read in few streams
            // at a time.
            const int rest = part.columns.end - j;
            const bool is_wide = rest % wide == 0 && (high > quad || rest <= 2 * wide);
            const int columns = is_wide ? wide : small;
            const int across = (columns - 1) * s + 3, next = j + columns;
            const Range columns_read = inside(j * s - windows.left, 1, across, x.shape.w);
            if (columns_read.begin <= 1 && columns_read.end >= across - 1) {
                Source from = source(i, j, rows_read, columns_read);
                from.next = next < part.columns.end ? from.x + columns * from.pixel_pitch : row_below;
                on_tile(i, j, Extent(rows, columns), from);
            } else
                for (int r = i; r < i + rows; ++r) runs(r, j, next);
            j = next;
        }
        for (int r = i; r < i + rows; ++r) runs(r, j, part.columns.end);
    }
}

}  // namespace cnn::engine::depthwise
