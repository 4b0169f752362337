// The steps from the formula to the small fast file, each one change better than the one before.  All of them
// filter a padded copy, as naive does.
#include <algorithm>

#include "common/kernels/epilogue.hpp"
#include "common/kernels/tile.hpp"
#include "depthwise_separable.hpp"
#include "padding.hpp"

namespace cnn {

namespace {

using simd::lanes, simd::vec;

constexpr int wide = simd::registers >= 32 ? 7 : 4;  ///< columns of outputs whose sums are held together

/// A layer on its padded copy.
struct Padded {
    Tensor x, y;
    View w, b;
    Depthwise layer;

    Padded(View from, View w, View b, const Depthwise& layer)
        : x(optimized::pad(from, {layer.padding, layer.mode})),
          y(Tensor::uninitialized(depthwise_shape(from.shape, w.shape, layer))),
          w(w),
          b(b),
          layer(layer) {
        require_depthwise_bias(b, w.shape);
    }
    /// Whether this is what the kernels with constant loops are for.
    bool usual() const {
        return Extent(w.shape.n, w.shape.h) == Extent(3) && layer.dilation == Extent(1) &&
               layer.stride.h == layer.stride.w && layer.stride.h <= 2 && x.shape().c == y.shape().c &&
               y.shape().c >= lanes;
    }
    vec bias(int f) const { return b.empty() ? vec{} : vec::load(b.data + f); }
    vec pixel(int n, int i, int j, int f) const { return vec::load(x.view().pixel(n, i, j) + f); }
    vec tap(int m, int l, int f) const { return vec::load(w.pixel(m, l, 0) + f); }
    void store(vec sum, int n, int i, int j, int f) {
        activated(sum, layer.activation).store(y.view().pixel(n, i, j) + f);
    }
};

/// Calls body(n, j, columns, f) for strips of columns and all vectors of filters.
template <class Body>
void for_each_strip(const Shape& y, const Body& body) {
    for (int n = 0; n < y.n; ++n)
        for (int j = 0, columns; j < y.w; j += columns) {
            columns = j + wide <= y.w ? wide : 1;
            for (int f = 0; f < y.c; f += lanes) body(n, j, columns, std::min(f, y.c - lanes));
        }
}

/// Any window: filters f ... f + count - 1 of one output.
void window(Padded& p, int n, int i, int j, int f, int count) {
    const Extent S = p.layer.stride, d = p.layer.dilation;
    const int multiplier = p.y.shape().c / p.x.shape().c;
    vec sum = p.b.empty() ? vec{} : vec::load_first(count, p.b.data + f);
    for (int m = 0; m < p.w.shape.n; ++m)
        for (int l = 0; l < p.w.shape.h; ++l) {
            vec pixel{};
            for (int lane = 0; lane < count; ++lane)
                pixel.v[lane] = p.x(n, i * S.h + m * d.h, j * S.w + l * d.w, (f + lane) / multiplier);
            sum = fma(pixel, vec::load_first(count, p.w.pixel(m, l, 0) + f), sum);
        }
    activated(sum, p.layer.activation).store_first(count, p.y.view().pixel(n, i, j) + f);
}

// [channels]
Tensor channels_in_lanes(View x, View w, View b, const Depthwise& layer) {
    Padded p(x, w, b, layer);
    const auto [N, H, W, F] = p.y.shape();
    const Extent S = layer.stride, d = layer.dilation;
    const bool whole = p.x.shape().c == F && F >= lanes;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int f = 0; f < F; f += lanes) {
                    if (!whole) {
                        window(p, n, i, j, f, std::min(lanes, F - f));
                        continue;
                    }
                    const int from = std::min(f, F - lanes);  // the last vector ends with the last filter
                    vec sum = p.bias(from);
                    for (int m = 0; m < w.shape.n; ++m)
                        for (int l = 0; l < w.shape.h; ++l)
                            sum = fma(p.pixel(n, i * S.h + m * d.h, j * S.w + l * d.w, from),
                                      p.tap(m, l, from), sum);
                    p.store(sum, n, i, j, from);
                }
    return std::move(p.y);
}
// [channels]

// [shared]
/// Some outputs of one row: a pixel is loaded once for all windows that it lies in.
template <int S, int columns>
void run(Padded& p, int n, int i, int j, int f) {
    vec sum[columns];
    std::fill_n(sum, columns, p.bias(f));
    for (int m = 0; m < 3; ++m) {
        const vec tap[] = {p.tap(m, 0, f), p.tap(m, 1, f), p.tap(m, 2, f)};
        unroll<(columns - 1) * S + 3, 1>([&](int q, int) __attribute__((always_inline)) {
            const vec pixel = p.pixel(n, i * S + m, j * S + q, f);
            unroll<columns, 1>([&](int k, int) __attribute__((always_inline)) {
                const int l = q - k * S;
                if (0 <= l && l < 3) sum[k] = fma(pixel, tap[l], sum[k]);
            });
        });
    }
    unroll<columns, 1>([&](int k, int) { p.store(sum[k], n, i, j + k, f); });
}
// [shared]

// [rolling]
/// Outputs of all rows, from top to bottom: the sums of two or three rows are in registers, those of every
/// row that a row of inputs lies under.
template <int S, int columns>
void strip(Padded& p, int n, int j, int f) {
    constexpr int in_flight = S == 1 ? 3 : 2, period = in_flight * S;
    const int rows = (p.y.shape().h - 1) * S + 3;
    vec tap[3][3], sum[in_flight][columns] = {};
    unroll<3, 3>([&](int m, int l) { tap[m][l] = p.tap(m, l, f); });

    const auto row = [&]<int phase>(int r) __attribute__((always_inline)) {
        if (r >= rows) return;
        if (phase % S == 0) std::fill_n(sum[phase / S], columns, p.bias(f));
        unroll<(columns - 1) * S + 3, 1>([&](int q, int) __attribute__((always_inline)) {
            const vec pixel = p.pixel(n, r, j * S + q, f);
            unroll<in_flight, columns>([&](int i, int k) __attribute__((always_inline)) {
                const int m = (phase - i * S + period) % period, l = q - k * S;
                if (m < 3 && 0 <= l && l < 3) sum[i][k] = fma(pixel, tap[m][l], sum[i][k]);
            });
        });
        constexpr int done = (phase + period - 2) % period;
        if (done % S == 0 && r >= 2)
            unroll<columns, 1>([&](int k, int) { p.store(sum[done / S][k], n, (r - 2) / S, j + k, f); });
    };
    for (int r = 0; r < rows; r += period)
        [&]<int... phase>(std::integer_sequence<int, phase...>) __attribute__((always_inline)) {
            (row.template operator()<phase>(r + phase), ...);
        }
    (std::make_integer_sequence<int, period>{});
}
// [rolling]

Tensor shared_loads(View x, View w, View b, const Depthwise& layer) {
    Padded p(x, w, b, layer);
    if (!p.usual()) return channels_in_lanes(x, w, b, layer);
    for (int i = 0; i < p.y.shape().h; ++i)
        for_each_strip(p.y.shape(), [&](int n, int j, int columns, int f) {
            if (layer.stride.h == 1)
                columns == wide ? run<1, wide>(p, n, i, j, f) : run<1, 1>(p, n, i, j, f);
            else
                columns == wide ? run<2, wide>(p, n, i, j, f) : run<2, 1>(p, n, i, j, f);
        });
    return std::move(p.y);
}

Tensor rolling_rows(View x, View w, View b, const Depthwise& layer) {
    Padded p(x, w, b, layer);
    if (!p.usual()) return channels_in_lanes(x, w, b, layer);
    for_each_strip(p.y.shape(), [&](int n, int j, int columns, int f) {
        if (layer.stride.h == 1)
            columns == wide ? strip<1, wide>(p, n, j, f) : strip<1, 1>(p, n, j, f);
        else
            columns == wide ? strip<2, wide>(p, n, j, f) : strip<2, 1>(p, n, j, f);
    });
    return std::move(p.y);
}

}  // namespace

std::span<const Rung<Tensor(View, View, View, const Depthwise&)>> depthwise_ladder() {
    static constexpr Rung<Tensor(View, View, View, const Depthwise&)> rungs[] = {
        {"naive", "one multiplication after another, on a padded copy of the map", naive::depthwise_conv2d},
        {"channels in lanes", "no channel meets another, so a vector of them is filtered like one number",
         channels_in_lanes},
        {"shared loads", "a pixel is loaded once for all windows of its row", shared_loads},
        {"rolling rows", "and once for all rows: the sums of those that it lies under are in registers",
         rolling_rows},
        {"optimized", "taps outside of the map are skipped, nothing is copied, threads share strips",
         optimized::depthwise_conv2d}};
    return rungs;
}

}  // namespace cnn
