#include "windows.hpp"

#include <array>

namespace cnn::optimized {

using simd::lanes, simd::vec;

Range inside(int from, int step, int count, int size) {
    const auto first_at_least = [=](int limit) {
        const int distance = std::max(0, limit - from);
        return std::min(count, step == 1 ? distance : (distance + step - 1) / step);
    };
    return {first_at_least(0), first_at_least(size)};
}

namespace {

/// A tile of output pixels and what makes them.
struct Tile {
    Source from;
    const real* w;
    std::ptrdiff_t w_row, w_tap;
    const real* b;
    real* y;
    std::ptrdiff_t y_row, y_pixel;
    Clamp clamp;
};

vec clamped(vec y, real high) { return min(max(y, vec{}), vec::broadcast(high)); }

// [window]
// rows x columns outputs under 3x3 filters: 14 sums and 9 taps in registers.  Each input pixel is loaded once
// and added to every sum whose window holds it.
template <int stride, int rows, int columns, bool left, bool right>
void window3x3(const Tile& t) {
    const Source& from = t.from;
    for (int v = 0; v * lanes < from.channels; ++v) {
        // The last vector ends with the last channel; where lanes do not divide them, a few come twice.
        const int c = std::min(v * lanes, from.channels - lanes);
        vec w[3][3], sum[rows][columns];
#pragma GCC unroll 16
        for (int m = 0; m < 3; ++m)
#pragma GCC unroll 16
            for (int l = 0; l < 3; ++l) w[m][l] = vec::load(t.w + m * t.w_row + l * t.w_tap + c);
        const vec bias = t.b == nullptr ? vec{} : vec::load(t.b + c);
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
            for (int j = 0; j < columns; ++j) sum[i][j] = bias;

#pragma GCC unroll 16
        for (int r = 0; r < (rows - 1) * stride + 3; ++r) {
            if (r < from.rows.first || r >= from.rows.second) continue;
#pragma GCC unroll 16
            for (int q = left; q < (columns - 1) * stride + 3 - right; ++q) {
                const vec x = vec::load(from.x + r * from.next_row + q * from.next_tap + c);
#pragma GCC unroll 16
                for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                    for (int j = 0; j < columns; ++j) {
                        const int m = r - i * stride, l = q - j * stride;
                        if (0 <= m && m < 3 && 0 <= l && l < 3) sum[i][j] = fma(x, w[m][l], sum[i][j]);
                    }
            }
        }

        if (t.clamp.asked) {
#pragma GCC unroll 16
            for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                for (int j = 0; j < columns; ++j) sum[i][j] = clamped(sum[i][j], t.clamp.high);
        }
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
            for (int j = 0; j < columns; ++j) sum[i][j].store(t.y + i * t.y_row + j * t.y_pixel + c);
    }
}
// [window]

// Any window.  `narrow` is less than a vector of channels.
template <int pixels, bool narrow>
void window_run(const Tile& t) {
    const Source& from = t.from;
    const auto load = [&](const real* p) {
        return narrow ? vec::load_first(from.channels, p) : vec::load(p);
    };
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = narrow ? 0 : std::min(v * lanes, from.channels - lanes);
        vec sum[pixels];
        for (vec& s : sum) s = t.b == nullptr ? vec{} : load(t.b + c);
        for (int m = from.rows.first; m < from.rows.second; ++m)
            for (int l = from.taps.first; l < from.taps.second; ++l) {
                const vec w = load(t.w + m * t.w_row + l * t.w_tap + c);
                const real* x = from.x + m * from.next_row + l * from.next_tap + c;
                for (int j = 0; j < pixels; ++j) sum[j] = fma(load(x + j * from.next_pixel), w, sum[j]);
            }
        if (t.clamp.asked)
            for (vec& s : sum) s = clamped(s, t.clamp.high);
        for (int j = 0; j < pixels; ++j)
            if (narrow)
                sum[j].store_first(from.channels, t.y + j * t.y_pixel);
            else
                sum[j].store(t.y + j * t.y_pixel + c);
    }
}

using Kernel = void (*)(const Tile&);

template <bool narrow, std::size_t... i>
constexpr std::array<Kernel, longest_run> run_kernels(std::index_sequence<i...>) {
    return {window_run<int(i) + 1, narrow>...};
}

template <int stride, int rows, int columns>
Kernel kernel3x3(bool left, bool right) {
    if (left)
        return right ? window3x3<stride, rows, columns, true, true>
                     : window3x3<stride, rows, columns, true, false>;
    return right ? window3x3<stride, rows, columns, false, true>
                 : window3x3<stride, rows, columns, false, false>;
}

template <int stride>
Kernel kernel3x3(const Extent& size, bool left, bool right) {
    if (size.w == small)
        return size.h == 1 ? kernel3x3<stride, 1, small>(left, right)
                           : kernel3x3<stride, 2, small>(left, right);
    return size.h == 1 ? kernel3x3<stride, 1, wide>(left, right) : kernel3x3<stride, 2, wide>(left, right);
}

}  // namespace

void filter_rows(View x, View w, const real* b, const Windows& windows, const Clamp& clamp, MutableView y,
                 int n, int first, int end) {
    const auto tile = [&](int i, int j, const Source& from) {
        return Tile{from,       w.data,       w.next_image, w.next_row, b, y.pixel(n, i, j),
                    y.next_row, y.next_pixel, clamp};
    };
    each_tile(
        x, windows, n, y.shape.w, first, end,
        [&](int i, int j, const Extent& size, bool left, bool right, const Source& from) {
            (windows.stride.h == 1 ? kernel3x3<1>(size, left, right)
                                   : kernel3x3<2>(size, left, right))(tile(i, j, from));
        },
        [&](int i, int j, int pixels, const Source& from) {
            static constexpr auto wide = run_kernels<false>(std::make_index_sequence<longest_run>{});
            static constexpr auto narrow = run_kernels<true>(std::make_index_sequence<longest_run>{});
            (from.channels < lanes ? narrow : wide)[std::size_t(pixels - 1)](tile(i, j, from));
        });
}

}  // namespace cnn::optimized
