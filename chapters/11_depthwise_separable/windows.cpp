#include "windows.hpp"

#include <array>
#include <cstdint>

#include "common/parallel.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

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
template <int stride, int rows, int columns, bool far>
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

        each_product<stride, rows, columns, far>(
            from, c, [&](vec x, int i, int j, int m, int l) { sum[i][j] = fma(x, w[m][l], sum[i][j]); });

        if (t.clamp.asked) {
#pragma GCC unroll 16
            for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                for (int j = 0; j < columns; ++j) sum[i][j] = clamped(sum[i][j], t.clamp.high);
        }
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
            for (int j = 0; j < columns; ++j) {
                real* y = t.y + i * t.y_row + j * t.y_pixel + c;
                far ? sum[i][j].stream(y) : sum[i][j].store(y);
            }
    }
}
// [window]

constexpr int deep = simd::registers >= 32 ? 4 : 2;

// A row of outputs under stride 2, `deep` vectors of channels at once.  It loads more than a tile of two
// rows, but runs along each pixel: where neighbouring windows lie whole pages apart their lines compete for
// the same few places in the nearest cache.
void deep3x3(const Tile& t) {
    constexpr int across = (wide - 1) * 2 + 3, step = deep * lanes;
    const Source& from = t.from;
    const bool left = from.columns.begin == 1, right = from.columns.end == across - 1;
    for (int first = 0; first < from.channels; first += step) {
        const int c = std::min(first, from.channels - step);
        vec sum[deep][wide];
#pragma GCC unroll 16
        for (int v = 0; v < deep; ++v)
#pragma GCC unroll 16
            for (vec& s : sum[v]) s = t.b == nullptr ? vec{} : vec::load(t.b + c + v * lanes);
        for (int m = from.rows.begin; m < from.rows.end; ++m) {
#pragma GCC unroll 16
            for (int v = 0; v < deep; ++v)
#pragma GCC unroll 16
                for (int l = 0; l < 3; ++l) {
                    const int k = c + v * lanes;
                    const vec w = vec::load(t.w + m * t.w_row + l * t.w_tap + k);
                    const real* x = from.x + m * from.next_row + l * from.next_tap + k;
#pragma GCC unroll 16
                    for (int j = 0; j < wide; ++j) {
                        if ((left && j == 0 && l == 0) || (right && j == wide - 1 && l == 2)) continue;
                        sum[v][j] = fma(vec::load(x + j * from.next_pixel), w, sum[v][j]);
                    }
                }
        }
#pragma GCC unroll 16
        for (int v = 0; v < deep; ++v)
#pragma GCC unroll 16
            for (int j = 0; j < wide; ++j)
                (t.clamp.asked ? clamped(sum[v][j], t.clamp.high) : sum[v][j])
                    .store(t.y + j * t.y_pixel + c + v * lanes);
    }
}

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
        for (int m = from.rows.begin; m < from.rows.end; ++m)
            for (int l = from.columns.begin; l < from.columns.end; ++l) {
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

template <bool far>
constexpr Kernels3x3<Tile> tile_kernels = {{{window3x3<1, 1, small, far>, window3x3<1, 1, wide, far>},
                                            {window3x3<1, 2, small, far>, window3x3<1, 2, wide, far>}},
                                           {{window3x3<2, 1, small, far>, window3x3<2, 1, wide, far>},
                                            {window3x3<2, 2, small, far>, window3x3<2, 2, wide, far>}}};
constexpr auto runs = run_kernels<false>(std::make_index_sequence<longest_run>{}),
               narrow_runs = run_kernels<true>(std::make_index_sequence<longest_run>{});

}  // namespace

bool large(View x, View y) { return x.shape.size() + y.shape.size() > (1 << 22); }

bool streams(View y) {
    const auto whole = [](std::ptrdiff_t numbers) { return numbers % lanes == 0; };
    return std::uintptr_t(y.data) % simd::bytes == 0 && whole(y.shape.c) && whole(y.next_pixel) &&
           whole(y.next_row) && whole(y.next_image);
}

void filter(View x, View w, const real* b, const Windows& windows, const Clamp& clamp, MutableView y) {
    const std::int64_t row = std::int64_t{y.shape.w} * y.shape.c * w.shape.n * w.shape.h;
    const int pairs = int(std::clamp<std::int64_t>((1 << 16) / std::max<std::int64_t>(row, 1), 1, y.shape.h));
    const int rows = rows_each * pairs, blocks = divide_up(y.shape.h, rows);
    const int s = windows.stride.h;
    const bool crowded = s == 2 && s * x.next_pixel * std::ptrdiff_t{sizeof(real)} % 4096 == 0;
    const bool far = large(x, y) && streams(y);
    const auto& kernels = far ? tile_kernels<true> : tile_kernels<false>;
    parallel_for(y.shape.n * blocks, [&](int task) {
        const int n = task / blocks, first = task % blocks * rows;
        const auto tile = [&](int i, int j, const Source& from) {
            return Tile{from,       w.data,       w.next_image, w.next_row, b, y.pixel(n, i, j),
                        y.next_row, y.next_pixel, clamp};
        };
        each_tile(
            x, windows, n, y.shape.w, {first, std::min(first + rows, y.shape.h)},
            [&](int i, int j, const Extent& size, const Source& from) {
                if (!crowded || size.w != wide || from.channels < deep * lanes)
                    return kernels[s - 1][size.h - 1][size.w == wide](tile(i, j, from));
                for (int k = 0; k < size.h; ++k) {
                    Source row = from;
                    row.x += k * s * from.next_row;
                    row.rows = {std::max(0, from.rows.begin - k * s), std::min(3, from.rows.end - k * s)};
                    deep3x3(tile(i + k, j, row));
                }
            },
            [&](int i, int j, int pixels, const Source& from) {
                (from.channels < lanes ? narrow_runs : runs)[std::size_t(pixels - 1)](tile(i, j, from));
            });
        if (far) simd::streamed();
    });
}

}  // namespace cnn::optimized
