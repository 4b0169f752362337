#include "forward_kernels.hpp"

#include <array>
#include <utility>

#include "rolling.hpp"

namespace cnn::engine::depthwise {

using simd::lanes, simd::vec;

namespace {

/// Nine taps of a vector of channels.
struct Taps {
    vec at[3][3];

    [[gnu::always_inline]] Taps(const WindowTile& t, int c) {
        unroll<3, 3>([&](int m, int l) { at[m][l] = vec::load(t.w + m * t.w_row + l * t.w_tap + c); });
    }
};

/// Outputs within their limits.  These stay in memory: every register is needed for something better.
template <int count>
[[gnu::always_inline]] inline void limit(vec (&y)[count], const WindowTile& t) {
    if (t.limits == nullptr) return;
    const real* limits = t.limits;
    simd::hide_origin(limits);
    const vec low = vec::load(limits);
    unroll<count, 1>([&](int j, int) { y[j] = max(y[j], low); });
    if (!t.upper) return;
    const vec high = vec::load(limits + lanes);
    unroll<count, 1>([&](int j, int) { y[j] = min(y[j], high); });
}

template <bool uncached, int count>
[[gnu::always_inline]] inline void write(const vec (&y)[count], real* to, std::ptrdiff_t next) {
    unroll<count, 1>(
        [&](int j, int) { uncached ? y[j].store_nontemporal(to + j * next) : y[j].store(to + j * next); });
}

// [strip]
// A strip of outputs: three rows of sums and nine taps in registers.
template <int columns, bool uncached>
void strip3x3(const WindowTile& t) {
    for (int v = 0; v * lanes < t.from.channels; ++v) {
        // The last vector ends with the last channel; where lanes do not divide them, a few come twice.
        const int c = std::min(v * lanes, t.from.channels - lanes);
        const Taps w(t, c);
        vec sum[3][columns] = {};
        roll3x3<columns, uncached>(
            t.from, c, t.rows,
            [&](int k, int) {
                const real* b = t.b + c;
                simd::hide_origin(b);  // else the bias would be kept in the register that x needs
                const vec bias = t.b == nullptr ? vec{} : vec::load(b);
                unroll<1, columns>([&](int, int j) { sum[k][j] = bias; });
            },
            [&](vec x, int k, int j, int m, int l) { sum[k][j] = fma(x, w.at[m][l], sum[k][j]); },
            [&](int k, int i) {
                limit(sum[k], t);
                write<uncached>(sum[k], t.y + i * t.y_row + c, t.y_pixel);
            });
    }
}
// [strip]

// A few rows: under stride 2, and where large maps of many channels are read as they lie.
template <int stride, int rows, int columns, bool uncached>
void rows3x3(const WindowTile& t) {
    for (int v = 0; v * lanes < t.from.channels; ++v) {
        const int c = std::min(v * lanes, t.from.channels - lanes);
        const Taps w(t, c);
        const vec bias = t.b == nullptr ? vec{} : vec::load(t.b + c);
        vec sum[rows][columns];
        unroll<rows, columns>([&](int i, int j) { sum[i][j] = bias; });
        // A row that is ready is written while the next is summed: results come steadily, not all at once.
        for_each_product<stride, rows, columns, uncached>(
            t.from, c, [&](vec x, int i, int j, int m, int l) { sum[i][j] = fma(x, w.at[m][l], sum[i][j]); },
            [&](int i) __attribute__((always_inline)) {
                limit(sum[i], t);
                write<uncached>(sum[i], t.y + i * t.y_row + c, t.y_pixel);
            });
    }
}

// Rows under stride 2 where pixels crowd: along each pixel, some vectors that are neighbours together, and
// row after row, so that the last line of inputs is still near when the next row begins with it.
template <int columns>
void deep3x3(const WindowTile& t) {
    constexpr int across = 2 * columns + 1, step = deep_channels, deep = step / lanes;
    const Source& from = t.from;
    const bool left = from.columns.begin == 1, right = from.columns.end == across - 1;
    for (int first = 0; first < from.channels; first += step) {
        const int c = std::min(first, from.channels - step);
        for (int i = 0; i < t.rows; ++i) {
            const Range taps = intersection({from.rows.begin - 2 * i, from.rows.end - 2 * i}, {0, 3});
            vec sum[deep][columns];
            unroll<deep, columns>(
                [&](int v, int j) { sum[v][j] = t.b == nullptr ? vec{} : vec::load(t.b + c + v * lanes); });
            for (int m = taps.begin; m < taps.end; ++m)
                unroll<deep, 1>([&](int v, int) __attribute__((always_inline)) {
                    const int k = c + v * lanes;
                    const real *x = from.x + (2 * i + m) * from.row_pitch + k, *w = t.w + m * t.w_row + k;
                    const vec row[3] = {vec::load(w), vec::load(w + t.w_tap), vec::load(w + 2 * t.w_tap)};
                    unroll<across, 1>([&](int q, int) __attribute__((always_inline)) {
                        if ((q == 0 && left) || (q == across - 1 && right)) return;
                        const vec pixel = vec::load(x + q * from.tap_pitch);
                        const int j = q / 2;
                        if (j < columns) sum[v][j] = fma(pixel, row[q % 2], sum[v][j]);
                        if (q % 2 == 0 && q > 0) sum[v][j - 1] = fma(pixel, row[2], sum[v][j - 1]);
                    });
                });
            unroll<deep, 1>([&](int v, int) __attribute__((always_inline)) {
                limit(sum[v], t);
                write<false>(sum[v], t.y + i * t.y_row + c + v * lanes, t.y_pixel);
            });
        }
    }
}

// Any window.  `narrow` is less than a vector of channels.
template <int pixels, bool narrow>
void window_run(const WindowTile& t) {
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
                const real* x = from.x + m * from.row_pitch + l * from.tap_pitch + c;
                for (int j = 0; j < pixels; ++j) sum[j] = fma(load(x + j * from.pixel_pitch), w, sum[j]);
            }
        limit(sum, t);
        for (int j = 0; j < pixels; ++j)
            if (narrow)
                sum[j].store_first(from.channels, t.y + j * t.y_pixel);
            else
                sum[j].store(t.y + j * t.y_pixel + c);
    }
}

template <bool narrow, std::size_t... i>
constexpr std::array<WindowKernel, longest_run> run_kernels(std::index_sequence<i...>) {
    return {window_run<int(i) + 1, narrow>...};
}

template <int stride, bool uncached>
constexpr WindowKernel pairs[pair][2] = {
    {rows3x3<stride, 1, small, uncached>, rows3x3<stride, 1, wide, uncached>},
    {rows3x3<stride, 2, small, uncached>, rows3x3<stride, 2, wide, uncached>}};
constexpr WindowKernel quads[] = {rows3x3<1, 3, small, true>, rows3x3<1, 4, small, true>};
constexpr WindowKernel deeps[2] = {deep3x3<small>, deep3x3<wide>};
template <bool uncached>
constexpr WindowKernel strips[2] = {strip3x3<small, uncached>, strip3x3<wide, uncached>};
constexpr auto runs = run_kernels<false>(std::make_index_sequence<longest_run>{}),
               narrow_runs = run_kernels<true>(std::make_index_sequence<longest_run>{});

}  // namespace

WindowKernel strip_kernel(bool is_wide, bool uncached) {
    return (uncached ? strips<true> : strips<false>)[is_wide];
}

WindowKernel rows_kernel(int stride, int rows, bool is_wide, bool uncached) {
    if (rows > pair) return quads[rows - pair - 1];
    const auto& of_stride = stride == 1 ? pairs<1, true> : uncached ? pairs<2, true> : pairs<2, false>;
    return of_stride[rows - 1][is_wide];
}

WindowKernel deep_kernel(bool is_wide) { return deeps[is_wide]; }

WindowKernel run_kernel(int pixels, bool narrow) {
    return (narrow ? narrow_runs : runs)[std::size_t(pixels - 1)];
}

}  // namespace cnn::engine::depthwise
