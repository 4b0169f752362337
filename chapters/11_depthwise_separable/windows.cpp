#include "windows.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/simd.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

int divide_up(int a, int b) { return (a + b - 1) / b; }

/// A tile of output pixels.  x is where the first tap of the first pixel reads, inside of the map or not.
struct Tile {
    const real* x;
    std::ptrdiff_t x_row, x_pixel;      // from tap to tap
    std::ptrdiff_t x_step;              // from output pixel to output pixel
    std::pair<int, int> rows, columns;  // which of the rows and columns are inside: [first, end)
    const real* w;
    std::ptrdiff_t w_row, w_tap;
    const real* b;
    real* y;
    std::ptrdiff_t y_row, y_pixel;
    int channels;
    Clamp clamp;
};

vec clamped(vec y, real high) { return min(max(y, vec{}), vec::broadcast(high)); }

// [window]
// rows x columns outputs under 3x3 filters: 14 sums and 9 taps in registers.  Each input pixel is loaded once
// and added to every sum whose window holds it.  `left` and `right` say that the outermost column is padding.
template <int stride, int rows, int columns, bool left, bool right>
void window3x3(const Tile& t) {
    for (int v = 0; v < divide_up(t.channels, lanes); ++v) {
        // The last vector ends with the last channel; where lanes do not divide them, a few come twice.
        const int c = std::min(v * lanes, t.channels - lanes);
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
            if (r < t.rows.first || r >= t.rows.second) continue;
#pragma GCC unroll 16
            for (int q = left; q < (columns - 1) * stride + 3 - right; ++q) {
                const vec x = vec::load(t.x + r * t.x_row + q * t.x_pixel + c);
#pragma GCC unroll 16
                for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                    for (int j = 0; j < columns; ++j) {
                        const int m = r - i * stride, l = q - j * stride;
                        if (0 <= m && m < 3 && 0 <= l && l < 3) sum[i][j] = fma(x, w[m][l], sum[i][j]);
                    }
            }
        }

        if (t.clamp.asked)
#pragma GCC unroll 16
            for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                for (int j = 0; j < columns; ++j) sum[i][j] = clamped(sum[i][j], t.clamp.high);
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
            for (int j = 0; j < columns; ++j) sum[i][j].store(t.y + i * t.y_row + j * t.y_pixel + c);
    }
}
// [window]

// Any window: a run of pixels of one row for which the same taps are inside.  `narrow` is less than a vector.
template <int pixels, bool narrow>
void window_run(const Tile& t) {
    const auto load = [&](const real* from) {
        return narrow ? vec::load_first(t.channels, from) : vec::load(from);
    };
    for (int v = 0; v < divide_up(t.channels, lanes); ++v) {
        const int c = narrow ? 0 : std::min(v * lanes, t.channels - lanes);
        vec sum[pixels];
        for (vec& s : sum) s = t.b == nullptr ? vec{} : load(t.b + c);
        for (int m = t.rows.first; m < t.rows.second; ++m)
            for (int l = t.columns.first; l < t.columns.second; ++l) {
                const vec w = load(t.w + m * t.w_row + l * t.w_tap + c);
                const real* x = t.x + m * t.x_row + l * t.x_pixel + c;
                for (int j = 0; j < pixels; ++j) sum[j] = fma(load(x + j * t.x_step), w, sum[j]);
            }
        if (t.clamp.asked)
            for (vec& s : sum) s = clamped(s, t.clamp.high);
        for (int j = 0; j < pixels; ++j)
            if (narrow)
                sum[j].store_first(t.channels, t.y + j * t.y_pixel);
            else
                sum[j].store(t.y + j * t.y_pixel + c);
    }
}

constexpr int longest_run = simd::registers >= 32 ? 12 : 8;
using Kernel = void (*)(const Tile&);

template <bool narrow, std::size_t... i>
constexpr std::array<Kernel, longest_run> run_kernels(std::index_sequence<i...>) {
    return {window_run<int(i) + 1, narrow>...};
}

// A tile of the 3x3 kernel.
constexpr int rows_each = 2, columns_each = simd::registers >= 32 ? 7 : 4;

template <int stride, int rows>
Kernel kernel3x3(bool left, bool right) {
    return left    ? right ? window3x3<stride, rows, columns_each, true, true>
                           : window3x3<stride, rows, columns_each, true, false>
              : right ? window3x3<stride, rows, columns_each, false, true>
                   : window3x3<stride, rows, columns_each, false, false>;
}

Kernel kernel3x3(int stride, int rows, bool left, bool right) {
    if (stride == 1) return rows == 1 ? kernel3x3<1, 1>(left, right) : kernel3x3<1, rows_each>(left, right);
    return rows == 1 ? kernel3x3<2, 1>(left, right) : kernel3x3<2, rows_each>(left, right);
}

}  // namespace

std::pair<int, int> inside(int from, int step, int count, int size) {
    const int first = from >= 0 ? 0 : std::min(count, divide_up(-from, step));
    const int end = from >= size ? 0 : std::min(count, divide_up(size - from, step));
    return {first, std::max(first, end)};
}

void filter_rows(View x, View w, const real* b, const Windows& windows, const Clamp& clamp, MutableView y,
                 int n, int first, int end) {
    const auto [kernel, stride, dilation, top, left] = windows;
    const auto at = [&, stride = stride, top = top, left = left](int i, int j) {
        Tile t{.x = x.data + n * x.next_image + (i * stride.h - top) * x.next_row +
                    (j * stride.w - left) * x.next_pixel,
               .x_row = windows.dilation.h * x.next_row,
               .x_pixel = windows.dilation.w * x.next_pixel,
               .x_step = stride.w * x.next_pixel,
               .rows = {},
               .columns = {},
               .w = w.data,
               .w_row = w.next_image,
               .w_tap = w.next_row,
               .b = b,
               .y = y.pixel(n, i, j),
               .y_row = y.next_row,
               .y_pixel = y.next_pixel,
               .channels = y.shape.c,
               .clamp = clamp};
        return t;
    };
    const auto rows_inside = [&](int i, int count, int step) {
        return inside(i * windows.stride.h - windows.top, step, count, x.shape.h);
    };
    const auto columns_inside = [&](int j, int count, int step) {
        return inside(j * windows.stride.w - windows.left, step, count, x.shape.w);
    };

    // Any window: pixels of one row, as many as see the same taps.
    const auto runs = [&](int i, int from, int to) {
        static constexpr auto wide = run_kernels<false>(std::make_index_sequence<longest_run>{});
        static constexpr auto narrow = run_kernels<true>(std::make_index_sequence<longest_run>{});
        const auto taps = [&](int j) { return columns_inside(j, windows.kernel.w, windows.dilation.w); };
        for (int j = from, last; j < to; j = last) {
            Tile t = at(i, j);
            t.rows = rows_inside(i, windows.kernel.h, windows.dilation.h);
            t.columns = taps(j);
            for (last = j + 1; last < std::min(to, j + longest_run) && taps(last) == t.columns;) ++last;
            (t.channels < lanes ? narrow : wide)[std::size_t(last - j - 1)](t);
        }
    };

    const bool tiled = kernel == Extent(3) && dilation == Extent(1) && stride.h == stride.w &&
                       stride.h <= 2 && y.shape.c >= lanes;
    for (int i = first, rows = 1; i < end; i += rows) {
        if (!tiled) {
            runs(i, 0, y.shape.w);
            continue;
        }
        rows = std::min(rows_each, end - i);
        const int s = stride.h, columns_read = (columns_each - 1) * s + 3;
        for (int j = 0, last; j < y.shape.w; j = last) {
            last = std::min(j + columns_each, y.shape.w);
            const auto columns = columns_inside(j, columns_read, 1);
            if (last - j == columns_each && columns.first <= 1 && columns.second >= columns_read - 1) {
                Tile t = at(i, j);
                t.rows = rows_inside(i, (rows - 1) * s + 3, 1);
                kernel3x3(s, rows, columns.first == 1, columns.second == columns_read - 1)(t);
            } else {
                for (int r = i; r < i + rows; ++r) runs(r, j, last);
            }
        }
    }
}

}  // namespace cnn::optimized
