// The gradient for the input: a convolution of dy, a smaller one for each phase of the stride; and in one
// pass for the most frequent window, 3x3 under stride 2.
#include <algorithm>
#include <vector>

#include "common/kernels/nontemporal.hpp"
#include "common/machine/parallel.hpp"
#include "engine/convolution_engine.hpp"
#include "tiles.hpp"

namespace cnn::engine::depthwise {

using simd::lanes, simd::vec;

namespace {

/// The phases of one axis that a tap reaches: as many as remainders of the taps, however long the stride.
std::vector<AxisPhase> reached(int kernel, int stride, int padding, int dilation, int size) {
    std::vector<int> remainders;
    for (int m = 0; m < kernel; ++m) remainders.push_back(int(std::int64_t{m} * dilation % stride));
    std::ranges::sort(remainders);
    remainders.erase(std::unique(remainders.begin(), remainders.end()), remainders.end());
    std::vector<AxisPhase> phases;
    for (const int remainder : remainders)
        if (const AxisPhase phase(remainder, kernel, stride, padding, dilation); phase.pixel < size)
            phases.push_back(phase);
    return phases;
}

/// Each phase for itself: chapter 04's, with one filter for each channel.
void by_phases(View dy, View w, const Windows& windows, MutableView dx) {
    const auto& [kernel, S, d, top, left] = windows;
    const auto rows = reached(kernel.h, S.h, top, d.h, dx.shape.h),
               columns = reached(kernel.w, S.w, left, d.w, dx.shape.w);
    // Pixels that no tap reaches.
    if (int(rows.size()) < std::min(S.h, dx.shape.h) || int(columns.size()) < std::min(S.w, dx.shape.w))
        fill(dx, 0);
    for (const AxisPhase& v : rows)
        for (const AxisPhase& h : columns) {
            const MutableView part = dx.strided(S, v.pixel, h.pixel);
            View reversed = w;
            reversed.data = w.pixel(v.tap + (v.taps - 1) * v.step, h.tap + (h.taps - 1) * h.step, 0);
            reversed.shape = {v.taps, h.taps, 1, w.shape.c};
            reversed.image_pitch *= -v.step;
            reversed.row_pitch *= -h.step;
            filter(dy, reversed, nullptr, {{v.taps, h.taps}, 1, {v.dilation, h.dilation}, v.before, h.before},
                   Activation::none, part);
        }
}

/// Pixels of a row of dx, under 3x3 windows of stride 2.
struct Tile {
    const real* dy;  ///< the first pixel of dy whose window reaches a pixel of the tile, in the map or not
    std::ptrdiff_t dy_row, dy_pixel;
    Range columns;  ///< of those pixels, the ones inside
    const real* w;
    std::ptrdiff_t w_row, w_tap;
    Range taps;  ///< the rows of the filter that reach the row of dx, every second from the first on
    real* dx;
    std::ptrdiff_t dx_pixel;
    int channels;
};

// [stride2]
// A pixel of dx has taps 0 and 2 of two neighbours in dy, or tap 1 of one: by `phase`, the first pixel has
// either.  Each pixel of dy is loaded once for the row.
template <int phase, int columns, bool uncached>
void gather3x3(const Tile& t) {
    for (int v = 0; v * lanes < t.channels; ++v) {
        const int c = std::min(v * lanes, t.channels - lanes);
        vec sum[columns] = {};
        const real* row = t.dy + c;
        for (int m = t.taps.begin; m < t.taps.end; m += 2, row -= t.dy_row) {
            vec w[3];
#pragma GCC unroll 16
            for (int l = 0; l < 3; ++l) w[l] = vec::load(t.w + m * t.w_row + l * t.w_tap + c);
            const real* at = row;
#pragma GCC unroll 16
            for (int q = 0; q <= columns / 2; ++q, at += t.dy_pixel) {
                if (q < t.columns.begin || q >= t.columns.end) continue;
                if (uncached && m == t.taps.begin) __builtin_prefetch(at + t.dy_row, 0, 2);
                const vec dy = vec::load(at);
#pragma GCC unroll 16
                for (int l = 0; l < 3; ++l) {
                    const int j = 2 * q + l + phase - 2;
                    if (0 <= j && j < columns) sum[j] = fma(dy, w[l], sum[j]);
                }
            }
        }
#pragma GCC unroll 16
        for (int j = 0; j < columns; ++j) {
            real* dx = t.dx + j * t.dx_pixel + c;
            uncached ? sum[j].store_nontemporal(dx) : sum[j].store(dx);
        }
    }
}
// [stride2]

template <bool uncached>
constexpr void (*gathers[2][2])(const Tile&) = {
    {gather3x3<0, 2 * small, uncached>, gather3x3<0, 2 * wide, uncached>},
    {gather3x3<1, 2 * small, uncached>, gather3x3<1, 2 * wide, uncached>}};

/// Rows first ... end - 1 of image n of dx.
void gather_rows(View dy, View w, const Windows& windows, MutableView dx, int n, int first, int end) {
    const bool uncached = stores_nontemporal(dy, dx);
    const auto& kernels = uncached ? gathers<true> : gathers<false>;
    const int width = dx.shape.w;
    for (int i = first; i < end; ++i) {
        // Padded row 2 r + m is reached by row r of dy through tap m.
        const int row = i + windows.top;
        Range taps{row & 1, 3};
        while (taps.begin < 3 && (row - taps.begin) / 2 >= dy.shape.h) taps.begin += 2;
        taps.end = std::min(3, row + 1);
        for (int j = 0, next; j < width; j = next) {
            const int columns = (width - j) % (2 * wide) == 0 ? 2 * wide : 2 * small;
            next = std::min(j + columns, width);
            // The last tile ends with the last pixel and may write a few of them twice.
            const int from = next - columns, column = from + windows.left, q = (column + 1) / 2 - 1;
            kernels[column & 1][columns == 2 * wide](
                {dy.pixel(n, (row - taps.begin) / 2, q), dy.row_pitch, dy.pixel_pitch,
                 inside(q, 1, columns / 2 + 1, dy.shape.w), w.data, w.image_pitch, w.row_pitch, taps,
                 dx.pixel(n, i, from), dx.pixel_pitch, dx.shape.c});
        }
    }
    if (uncached) simd::store_fence();
}

}  // namespace

void input_gradient(View dy, View w, const Windows& windows, MutableView dx) {
    const bool gathered = windows.kernel == Extent(3) && windows.stride == Extent(2) &&
                          windows.dilation == Extent(1) && windows.top >= 0 && windows.left >= 0 &&
                          dx.shape.c >= lanes && dx.shape.w >= 2 * small;
    if (!gathered) return by_phases(dy, w, windows, dx);
    const int rows = std::clamp((1 << 15) / (dx.shape.w * dx.shape.c), 1, dx.shape.h);
    const int blocks = divide_up(dx.shape.h, rows);
    parallel_for(dx.shape.n * blocks, [&](int task) {
        const int first = task % blocks * rows;
        gather_rows(dy, w, windows, dx, task / blocks, first, std::min(first + rows, dx.shape.h));
    });
}

}  // namespace cnn::engine::depthwise
