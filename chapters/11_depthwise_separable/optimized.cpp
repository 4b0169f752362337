// Channels in lanes, three rows of outputs in registers: each input pixel is loaded once.
#include <algorithm>

#include "common/base/range.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/parallel.hpp"
#include "depthwise_separable.hpp"
#include "engine/pointwise_engine.hpp"
#include "pointwise.hpp"

namespace cnn::optimized {

namespace {

using simd::lanes, simd::vec;

struct Arguments {
    View x, w, b;
    const Depthwise& layer;
    MutableView y;
};

vec bias(const Arguments& a, int f) { return a.b.empty() ? vec{} : vec::load(a.b.data + f); }

// [strip]
/// Filters f ... f + lanes - 1 under 3x3 windows of stride S, down a strip of outputs that is `columns` wide
/// and begins at column j.  A row of inputs lies under the windows of all rows of outputs whose sums are in
/// flight.
template <int S, int columns>
void strip(const Arguments& a, int n, int j, int f) {
    constexpr int in_flight = S == 1 ? 3 : 2, period = in_flight * S, across = (columns - 1) * S + 3;
    const View x = a.x;
    const int rows = (a.y.shape.h - 1) * S + 3, top = a.layer.padding.top,
              left = j * S - a.layer.padding.left;
    const Range inner = inside(left, 1, across, x.shape.w);

    vec tap[3][3], sum[in_flight][columns] = {};
    unroll<3, 3>([&](int m, int l) { tap[m][l] = vec::load(a.w.pixel(m, l, 0) + f); });

    const auto row = [&]<int phase>(int r) __attribute__((always_inline)) {
        if (r >= rows) return;
        unroll<in_flight, 1>([&](int k, int) {
            if (phase == k * S) std::fill_n(sum[k], columns, bias(a, f));
        });
        if (r >= top && r - top < x.shape.h)
            unroll<across, 1>([&](int q, int) __attribute__((always_inline)) {
                if (q < inner.begin || q >= inner.end) return;
                const vec pixel = vec::load(x.pixel(n, r - top, left + q) + f);
                unroll<in_flight, columns>([&](int k, int i) __attribute__((always_inline)) {
                    const int m = (phase - k * S + period) % period, l = q - i * S;
                    if (m < 3 && 0 <= l && l < 3) sum[k][i] = fma(pixel, tap[m][l], sum[k][i]);
                });
            });
        constexpr int done = (phase + period - 2) % period;
        if (done % S == 0 && r >= 2)
            unroll<1, columns>([&](int, int i) __attribute__((always_inline)) {
                activated(sum[done / S][i], a.layer.activation).store(a.y.pixel(n, (r - 2) / S, j + i) + f);
            });
    };
    for (int r = 0; r < rows; r += period)
        [&]<int... phase>(std::integer_sequence<int, phase...>) __attribute__((always_inline)) {
            (row.template operator()<phase>(r + phase), ...);
        }
    (std::make_integer_sequence<int, period>{});
}
// [strip]

/// Any window: filters f ... f + count - 1 of one output.
void window(const Arguments& a, int n, int i, int j, int f, int count) {
    // A longer dilation than any map has but one tap.
    constexpr int longest = 1 << 30;
    const Extent S = a.layer.stride,
                 d{std::min(a.layer.dilation.h, longest), std::min(a.layer.dilation.w, longest)};
    const Sides& P = a.layer.padding;
    const int multiplier = a.y.shape.c / a.x.shape.c, top = i * S.h - P.top, left = j * S.w - P.left;
    const Range rows = inside(top, d.h, a.w.shape.n, a.x.shape.h),
                columns = inside(left, d.w, a.w.shape.h, a.x.shape.w);
    vec sum = a.b.empty() ? vec{} : vec::load_first(count, a.b.data + f);
    for (int m = rows.begin; m < rows.end; ++m)
        for (int l = columns.begin; l < columns.end; ++l) {
            const real* x = a.x.pixel(n, top + m * d.h, left + l * d.w);
            vec pixel{};
            for (int lane = 0; lane < count; ++lane) pixel.v[lane] = x[(f + lane) / multiplier];
            sum = fma(pixel, vec::load_first(count, a.w.pixel(m, l, 0) + f), sum);
        }
    activated(sum, a.layer.activation).store_first(count, a.y.pixel(n, i, j) + f);
}

}  // namespace

Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer) {
    Tensor y = Tensor::uninitialized(depthwise_shape(x.shape, w.shape, layer));
    require_depthwise_bias(b, w.shape);
    if (layer.mode != PaddingMode::constant) {
        Depthwise inner = layer;
        inner.padding = 0, inner.mode = PaddingMode::constant;
        return depthwise_conv2d(pad(x, {layer.padding, layer.mode}), w, b, inner);
    }
    const Arguments a{x, w, b, layer, y};
    const auto [N, H, W, F] = y.shape();
    constexpr int wide = simd::registers >= 32 ? 7 : 4;
    const bool rolls = Extent(w.shape.n, w.shape.h) == Extent(3) && layer.dilation == Extent(1) &&
                       layer.stride.h == layer.stride.w && layer.stride.h <= 2 && x.shape.c == F &&
                       F >= lanes;
    const bool dense = layer.stride.h == 1;

    // Threads share the strips, and where these are few the filters.
    const int strips = divide_up(W, wide);
    const int parts = std::clamp(threads() / std::max(1, N * strips), 1, std::max(1, F / lanes));
    parallel_for(N * strips * parts, [&, H = H, W = W, F = F](int task) {
        const int n = task / parts / strips, first = task / parts % strips * wide,
                  end = std::min(first + wide, W);
        const Range filters = share_of(F, task % parts, parts);
        for (int f = filters.begin; f < filters.end; f += lanes) {
            // The last vector ends with the last filter: some are computed twice.
            const int from = std::min(f, filters.end - lanes);
            if (rolls && end - first == wide)
                dense ? strip<1, wide>(a, n, first, from) : strip<2, wide>(a, n, first, from);
            else
                for (int j = first; j < end; ++j)
                    if (rolls)
                        dense ? strip<1, 1>(a, n, j, from) : strip<2, 1>(a, n, j, from);
                    else
                        for (int i = 0; i < H; ++i) window(a, n, i, j, f, std::min(lanes, filters.end - f));
        }
    });
    return y;
}

// [separable]
Tensor separable_conv2d(View x, const SeparableWeights& w, const Separable& layer) {
    const Tensor middle = depthwise_conv2d(x, w.depthwise, w.depthwise_bias, layer.depthwise);
    return engine::pointwise_conv2d(
        middle, w.pointwise,
        {.bias = w.pointwise_bias, .activation = layer.relu ? Activation::relu : Activation::none});
}
// [separable]

}  // namespace cnn::optimized
