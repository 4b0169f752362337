#include "windows.hpp"

#include <array>
#include <cstdint>
#include <limits>

#include "common/parallel.hpp"
#include "rolling.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

/// Some outputs and what makes them.
struct Tile {
    Source from;
    const real* w;
    std::ptrdiff_t w_row, w_tap;
    const real* b;
    real* y;
    std::ptrdiff_t y_row, y_pixel;
    int rows;
    const real* limits;  ///< vectors of lower and of upper ones, or null
    bool upper;          ///< whether the upper ones matter
};

/// Nine taps of a vector of channels.
struct Taps {
    vec at[3][3];

    [[gnu::always_inline]] Taps(const Tile& t, int c) {
        each<3, 3>([&](int m, int l) { at[m][l] = vec::load(t.w + m * t.w_row + l * t.w_tap + c); });
    }
};

/// Outputs within their limits.  These stay in memory: every register is needed for something better.
template <int count>
[[gnu::always_inline]] inline void limit(vec (&y)[count], const Tile& t) {
    if (t.limits == nullptr) return;
    const real* limits = t.limits;
    simd::unrelated(limits);
    const vec low = vec::load(limits);
    each<count, 1>([&](int j, int) { y[j] = max(y[j], low); });
    if (!t.upper) return;
    const vec high = vec::load(limits + lanes);
    each<count, 1>([&](int j, int) { y[j] = min(y[j], high); });
}

template <bool far, int count>
[[gnu::always_inline]] inline void write(const vec (&y)[count], real* to, std::ptrdiff_t next) {
    each<count, 1>([&](int j, int) { far ? y[j].stream(to + j * next) : y[j].store(to + j * next); });
}

// [strip]
// A strip of outputs: three rows of sums and nine taps in registers.
template <int columns, bool far>
void strip3x3(const Tile& t) {
    for (int v = 0; v * lanes < t.from.channels; ++v) {
        // The last vector ends with the last channel; where lanes do not divide them, a few come twice.
        const int c = std::min(v * lanes, t.from.channels - lanes);
        const Taps w(t, c);
        vec sum[3][columns] = {};
        roll3x3<columns, far>(
            t.from, c, t.rows,
            [&](int k, int) {
                const real* b = t.b + c;
                simd::unrelated(b);  // else the bias would be kept in the register that x needs
                const vec bias = t.b == nullptr ? vec{} : vec::load(b);
                each<1, columns>([&](int, int j) { sum[k][j] = bias; });
            },
            [&](vec x, int k, int j, int m, int l) { sum[k][j] = fma(x, w.at[m][l], sum[k][j]); },
            [&](int k, int i) {
                limit(sum[k], t);
                write<far>(sum[k], t.y + i * t.y_row + c, t.y_pixel);
            });
    }
}
// [strip]

// A pair of rows, or one: under stride 2, and where maps of many channels are far and are read as they lie.
template <int stride, int rows, int columns, bool far>
void pair3x3(const Tile& t) {
    for (int v = 0; v * lanes < t.from.channels; ++v) {
        const int c = std::min(v * lanes, t.from.channels - lanes);
        const Taps w(t, c);
        const vec bias = t.b == nullptr ? vec{} : vec::load(t.b + c);
        vec sum[rows][columns];
        each<rows, columns>([&](int i, int j) { sum[i][j] = bias; });
        each_product<stride, rows, columns, far>(
            t.from, c, [&](vec x, int i, int j, int m, int l) { sum[i][j] = fma(x, w.at[m][l], sum[i][j]); });
        each<rows, 1>([&](int i, int) __attribute__((always_inline)) {
            limit(sum[i], t);
            write<far>(sum[i], t.y + i * t.y_row + c, t.y_pixel);
        });
    }
}

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
        each<deep, 1>([&](int v, int) __attribute__((always_inline)) {
            limit(sum[v], t);
            write<false>(sum[v], t.y + c + v * lanes, t.y_pixel);
        });
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
        limit(sum, t);
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

template <int stride, bool far>
constexpr Kernel pairs[pair][2] = {{pair3x3<stride, 1, small, far>, pair3x3<stride, 1, wide, far>},
                                   {pair3x3<stride, 2, small, far>, pair3x3<stride, 2, wide, far>}};
template <bool far>
constexpr Kernel strips[2] = {strip3x3<small, far>, strip3x3<wide, far>};
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
    const int s = windows.stride.h, c = x.shape.c;
    const bool far = large(x, y) && streams(y), paired = s == 2 || (far && c > 4 * lanes);
    const bool crowded = s == 2 && s * x.next_pixel * std::ptrdiff_t{sizeof(real)} % 4096 == 0;
    const auto& of_pairs = s == 1 ? pairs<1, true> : far ? pairs<2, true> : pairs<2, false>;
    const auto& of_strips = far ? strips<true> : strips<false>;
    alignas(simd::bytes) real limits[2 * lanes] = {};
    std::fill_n(limits + lanes, lanes, clamp.high);

    // Pairs of rows come in handy blocks.  Strips reach down the whole map, or so far that it stays near;
    // where images are few, threads share its columns, and of a narrow map the channels.
    const int h = y.shape.h, wanted = paired ? 1 : divide_up(threads(), std::max(1, y.shape.n));
    const int strips_across = std::max(1, y.shape.w / wide), sides = std::min(wanted, strips_across);
    const int parts = std::clamp(c / (2 * lanes), 1, divide_up(wanted, sides));
    const std::int64_t row = std::int64_t{y.shape.w} * c * w.shape.n * w.shape.h;
    const int handy = pair * int(std::clamp<std::int64_t>((1 << 16) / std::max<std::int64_t>(row, 1), 1, h));
    const int height = paired ? handy : far ? 28 : h, bands = divide_up(h, height);
    parallel_for(y.shape.n * bands * sides * parts, [&](int task) {
        const int part = task % parts, side = task / parts % sides, band = task / parts / sides % bands;
        const int n = task / parts / sides / bands;
        const auto column = [&](int at) { return at == strips_across ? y.shape.w : at * wide; };
        const Range some = share_of(strips_across, side, sides), vectors = share_of(c / lanes, part, parts);
        const Range rows{band * height, std::min((band + 1) * height, h)};
        const int first = vectors.begin * lanes, end = part + 1 == parts ? c : vectors.end * lanes;
        const View from = x.channels(first, end - first), taps = w.channels(first, end - first);
        const auto tile = [&](int i, int j, int high, const Source& source) {
            return Tile{.from = source,
                        .w = taps.data,
                        .w_row = w.next_image,
                        .w_tap = w.next_row,
                        .b = b == nullptr ? nullptr : b + first,
                        .y = y.pixel(n, i, j) + first,
                        .y_row = y.next_row,
                        .y_pixel = y.next_pixel,
                        .rows = high,
                        .limits = clamp.asked ? limits : nullptr,
                        .upper = clamp.high < std::numeric_limits<real>::infinity()};
        };
        each_tile(
            from, windows, {n, rows, {column(some.begin), column(some.end)}}, paired ? pair : rows.size(),
            [&](int i, int j, const Extent& size, const Source& source) {
                const bool is_wide = size.w == wide;
                if (!paired) return of_strips[is_wide](tile(i, j, size.h, source));
                if (!crowded || !is_wide || source.channels < deep * lanes)
                    return of_pairs[size.h - 1][is_wide](tile(i, j, size.h, source));
                for (int k = 0; k < size.h; ++k) {
                    Source row = source;
                    row.x += k * s * source.next_row;
                    row.rows = {std::max(0, source.rows.begin - k * s), std::min(3, source.rows.end - k * s)};
                    deep3x3(tile(i + k, j, 1, row));
                }
            },
            [&](int i, int j, int pixels, const Source& source) {
                (c < lanes ? narrow_runs : runs)[std::size_t(pixels - 1)](tile(i, j, 1, source));
            });
        if (far) simd::streamed();
    });
}

}  // namespace cnn::optimized
