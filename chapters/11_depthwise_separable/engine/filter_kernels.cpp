#include "filter_kernels.hpp"

#include <array>

#include "rolling.hpp"

namespace cnn::engine::depthwise {

using simd::lanes, simd::vec;

namespace {

/// The nine sums of a vector of channels, from memory and back.
struct Sums {
    vec sum[3][3];

    [[gnu::always_inline]] void load(const FilterTile& t, int v) {
        unroll<3, 3>([&](int m, int l) { sum[m][l] = vec::load(place(t, m, l, v)); });
    }
    [[gnu::always_inline]] void store(const FilterTile& t, int v) const {
        unroll<3, 3>([&](int m, int l) { sum[m][l].store(place(t, m, l, v)); });
    }

private:
    static real* place(const FilterTile& t, int m, int l, int v) {
        return t.sums + m * t.sums_row + l * t.sums_tap + v * lanes;
    }
};

// [gradient]
// The walk of the forward pass: a place holds a row of dy, and the taps are the sums.
template <int columns>
void strip3x3(const FilterTile& t) {
    const Source& from = t.from;
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = std::min(v * lanes, from.channels - lanes);
        vec dy[3][columns] = {};
        Sums all;
        all.load(t, v);
        roll3x3<columns, false>(
            from, c, t.rows,
            [&](int k, int i) {
                const real* row = t.dy + i * t.dy_row + c;
                unroll<1, columns>([&](int, int j) { dy[k][j] = vec::load(row + j * t.dy_pixel); });
            },
            [&](vec x, int k, int j, int m, int l) { all.sum[m][l] = fma(x, dy[k][j], all.sum[m][l]); },
            [&](int k, int) { unroll<1, columns>([&](int, int j) { dy[k][j] = vec{}; }); });
        all.store(t, v);
    }
}
// [gradient]

// A pair of rows: under stride 2, and where maps are larger than the caches.
template <int stride, int rows, int columns, bool uncached>
void pair3x3(const FilterTile& t) {
    const Source& from = t.from;
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = std::min(v * lanes, from.channels - lanes);
        vec dy[rows][columns];
        Sums all;
        all.load(t, v);
        unroll<rows, columns>([&](int i, int j) {
            const real* at = t.dy + i * t.dy_row + j * t.dy_pixel + c;
            if (uncached) {  // as `fetch` does it for x
                __builtin_prefetch(at + rows * t.dy_row, 0, 2);
                __builtin_prefetch(at + columns * t.dy_pixel, 0, 3);
            }
            dy[i][j] = vec::load(at);
        });
        for_each_product<stride, rows, columns, uncached>(
            from, c,
            [&](vec x, int i, int j, int m, int l) { all.sum[m][l] = fma(x, dy[i][j], all.sum[m][l]); },
            [](int) {});
        all.store(t, v);
    }
}

// Stride 2 where pixels crowd: row by row, some vectors that are neighbours together.  Those that are left
// are paired.
template <int columns>
void deep3x3(const FilterTile& t) {
    constexpr int across = 2 * columns + 1, deep = deep_channels / lanes;
    const Source& from = t.from;
    const bool left = from.columns.begin == 1, right = from.columns.end == across - 1;
    int c = 0;
    for (; c + deep_channels <= from.channels; c += deep_channels)
        for (int i = 0; i < t.rows; ++i) {
            const Range taps = intersection({from.rows.begin - 2 * i, from.rows.end - 2 * i}, {0, 3});
            for (int m = taps.begin; m < taps.end; ++m) {
                const real* x = from.x + (2 * i + m) * from.row_pitch + c;
                const real* dy = t.dy + i * t.dy_row + c;
                real* sums = t.sums + m * t.sums_row + c;
                vec sum[3][deep], now[deep] = {}, before[deep];
                unroll<3, deep>(
                    [&](int l, int v) { sum[l][v] = vec::load(sums + l * t.sums_tap + v * lanes); });
                unroll<across, deep>([&](int q, int v) __attribute__((always_inline)) {
                    const int j = q / 2;
                    if (q % 2 == 0) before[v] = now[v];
                    if (q % 2 == 0 && j < columns) now[v] = vec::load(dy + j * t.dy_pixel + v * lanes);
                    if ((q == 0 && left) || (q == across - 1 && right)) return;
                    const vec pixel = vec::load(x + q * from.tap_pitch + v * lanes);
                    if (j < columns) sum[q % 2][v] = fma(pixel, now[v], sum[q % 2][v]);
                    if (q % 2 == 0 && q > 0) sum[2][v] = fma(pixel, before[v], sum[2][v]);
                });
                unroll<3, deep>([&](int l, int v) { sum[l][v].store(sums + l * t.sums_tap + v * lanes); });
            }
        }
    if (c == from.channels) return;
    t.rows == 2 ? pair3x3<2, 2, columns, false>(t.after(c)) : pair3x3<2, 1, columns, false>(t.after(c));
}

template <int pixels, bool narrow>
void gradient_run(const FilterTile& t) {
    const Source& from = t.from;
    const auto load = [&](const real* p) {
        return narrow ? vec::load_first(from.channels, p) : vec::load(p);
    };
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = narrow ? 0 : std::min(v * lanes, from.channels - lanes);
        vec dy[pixels];
        for (int j = 0; j < pixels; ++j) dy[j] = load(t.dy + j * t.dy_pixel + c);
        for (int m = from.rows.begin; m < from.rows.end; ++m)
            for (int l = from.columns.begin; l < from.columns.end; ++l) {
                real* to = t.sums + m * t.sums_row + l * t.sums_tap + v * lanes;
                const real* x = from.x + m * from.row_pitch + l * from.tap_pitch + c;
                vec sum = vec::load(to);
                for (int j = 0; j < pixels; ++j) sum = fma(load(x + j * from.pixel_pitch), dy[j], sum);
                sum.store(to);
            }
    }
}

template <bool narrow, std::size_t... i>
constexpr std::array<FilterKernel, longest_run> run_kernels(std::index_sequence<i...>) {
    return {gradient_run<int(i) + 1, narrow>...};
}

template <int stride, bool uncached>
constexpr FilterKernel pairs[pair][2] = {
    {pair3x3<stride, 1, small, uncached>, pair3x3<stride, 1, wide, uncached>},
    {pair3x3<stride, 2, small, uncached>, pair3x3<stride, 2, wide, uncached>}};
constexpr FilterKernel deeps[2] = {deep3x3<small>, deep3x3<wide>};
constexpr FilterKernel strips[2] = {strip3x3<small>, strip3x3<wide>};
constexpr auto runs = run_kernels<false>(std::make_index_sequence<longest_run>{}),
               narrow_runs = run_kernels<true>(std::make_index_sequence<longest_run>{});

}  // namespace

FilterKernel filter_strip_kernel(bool is_wide) { return strips[is_wide]; }

FilterKernel filter_pair_kernel(int stride, int rows, bool is_wide, bool uncached) {
    const auto& of_stride = stride == 1 ? pairs<1, true> : uncached ? pairs<2, true> : pairs<2, false>;
    return of_stride[rows - 1][is_wide];
}

FilterKernel filter_deep_kernel(bool is_wide) { return deeps[is_wide]; }

FilterKernel filter_run_kernel(int pixels, bool narrow) {
    return (narrow ? narrow_runs : runs)[std::size_t(pixels - 1)];
}

}  // namespace cnn::engine::depthwise
