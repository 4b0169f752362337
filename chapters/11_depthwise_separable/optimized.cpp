// Channels in lanes, the filter's window in registers: what is left is the time that memory takes.
//
//   1. naive             one multiplication after another, each with an address of its own
//   2. channels in lanes no channel meets another, so a vector of them is filtered like one number
//   3. shared loads      rows of outputs read an input pixel once (windows.cpp): half the time of loading it
//   for
//                        each tap again
//   4. skipped padding   a tap outside of the map is not multiplied
//   5. narrow tiles      where rows are long, fewer streams at a time: another tenth on large maps
#include <algorithm>
#include <limits>
#include <numeric>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "depthwise_separable.hpp"
#include "pointwise.hpp"
#include "windows.hpp"

namespace cnn::optimized {

namespace {

int divide_up(int a, int b) { return (a + b - 1) / b; }

/// All rows of y, a block of them to each task.
void filter(View x, View w, const real* b, const Windows& windows, const Clamp& clamp, MutableView y) {
    const std::int64_t row = std::int64_t{y.shape.w} * y.shape.c * w.shape.n * w.shape.h;
    const int pairs = int(std::clamp<std::int64_t>((1 << 16) / std::max<std::int64_t>(row, 1), 1, y.shape.h));
    const int rows = 2 * pairs, blocks = divide_up(y.shape.h, rows);
    parallel_for(y.shape.n * blocks, [&](int task) {
        const int i = task % blocks * rows;
        filter_rows(x, w, b, windows, clamp, y, task / blocks, i, std::min(i + rows, y.shape.h));
    });
}

/// Each channel `times` times, one beside the other.
Tensor repeated(View x, int times) {
    Tensor y = Tensor::unset({x.shape.n, x.shape.h, x.shape.w, x.shape.c * times});
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j) {
                real* to = y.view().pixel(n, i, j);
                for (int c = 0; c < x.shape.c; ++c, to += times) std::fill_n(to, times, x.pixel(n, i, j)[c]);
            }
    return y;
}

/// The sum of each `times` neighbouring channels: the adjoint of `repeated`.
Tensor summed(View y, int times) {
    Tensor x = Tensor::unset({y.shape.n, y.shape.h, y.shape.w, y.shape.c / times});
    for (int n = 0; n < y.shape.n; ++n)
        for (int i = 0; i < y.shape.h; ++i)
            for (int j = 0; j < y.shape.w; ++j) {
                const real* from = y.pixel(n, i, j);
                for (int c = 0; c < x.shape().c; ++c, from += times)
                    x(n, i, j, c) = std::accumulate(from, from + times, real{0});
            }
    return x;
}

}  // namespace

void depthwise_conv2d_into(View x, View w, View b, const Depthwise& layer, MutableView y) {
    const Shape shape = depthwise_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "depthwise_conv2d: the output is ", y.shape, "; it must be ", shape);
    require_depthwise_bias(b, w.shape);
    if (shape.c != x.shape.c) return depthwise_conv2d_into(repeated(x, shape.c / x.shape.c), w, b, layer, y);

    const Clamp clamp{layer.activation != Activation::none, layer.activation == Activation::relu6
                                                                ? real{6}
                                                                : std::numeric_limits<real>::infinity()};
    filter(x, w, b.data,
           {{w.shape.n, w.shape.h}, layer.stride, layer.dilation, layer.padding.top, layer.padding.left},
           clamp, y);
}

Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer) {
    Tensor y = Tensor::unset(depthwise_shape(x.shape, w.shape, layer));
    depthwise_conv2d_into(x, w, b, layer, y);
    return y;
}

namespace {

/// Along one axis: the input pixels q * stride + residue - padding, and the taps that reach them.  Those
/// pixels are themselves a convolution of dy, of stride 1, with these taps in reverse.
struct Phase {
    int taps, first_tap, next_tap;  // first_tap, first_tap + next_tap, ...
    int first_pixel;
    int dilation, before;  // of that convolution

    Phase(int residue, int kernel, int stride, int spacing, int padding) {
        const int common = std::gcd(stride, spacing);
        next_tap = stride / common;
        dilation = spacing / common;
        first_tap = 0;
        while (first_tap < next_tap && first_tap * spacing % stride != residue) ++first_tap;
        taps = first_tap < std::min(next_tap, kernel) ? divide_up(kernel - first_tap, next_tap) : 0;

        const int q =
            padding > residue ? divide_up(padding - residue, stride) : -((residue - padding) / stride);
        first_pixel = q * stride + residue - padding;
        before = (first_tap * spacing - residue) / stride + (taps - 1) * dilation - q;
    }
};

}  // namespace

Tensor depthwise_conv2d_backward_input(View dy, View w, const Shape& x, const Depthwise& layer) {
    require_depthwise_gradient(dy, depthwise_shape(x, w.shape, layer));
    if (const int multiplier = w.shape.c / x.c; multiplier > 1)
        return summed(depthwise_conv2d_backward_input(dy, w, {x.n, x.h, x.w, w.shape.c}, layer), multiplier);

    const auto& [S, P, d, activation] = layer;
    Tensor dx = Tensor::unset(x);
    for (int fh = 0; fh < S.h; ++fh)
        for (int fw = 0; fw < S.w; ++fw) {
            const Phase v(fh, w.shape.n, S.h, d.h, P.top), h(fw, w.shape.h, S.w, d.w, P.left);
            if (v.first_pixel >= x.h || h.first_pixel >= x.w) continue;
            const MutableView part = dx.view().every(S, v.first_pixel, h.first_pixel);
            if (v.taps == 0 || h.taps == 0) {
                fill(part, 0);
                continue;
            }
            View reversed = w;
            reversed.data =
                w.pixel(v.first_tap + (v.taps - 1) * v.next_tap, h.first_tap + (h.taps - 1) * h.next_tap, 0);
            reversed.shape = {v.taps, h.taps, 1, x.c};
            reversed.next_image *= -v.next_tap;
            reversed.next_row *= -h.next_tap;
            filter(dy, reversed, nullptr, {{v.taps, h.taps}, 1, {v.dilation, h.dilation}, v.before, h.before},
                   {}, part);
        }
    return dx;
}

Tensor depthwise_conv2d_backward_filters(View dy, View x, const Shape& w, const Depthwise& layer) {
    require_depthwise_gradient(dy, depthwise_shape(x.shape, w, layer));
    if (const int multiplier = w.c / x.shape.c; multiplier > 1)
        return depthwise_conv2d_backward_filters(dy, repeated(x, multiplier), w, layer);
    Tensor dw = Tensor::unset(w);
    filter_gradient(dy, x, {{w.n, w.h}, layer.stride, layer.dilation, layer.padding.top, layer.padding.left},
                    dw);
    return dw;
}

Tensor separable_conv2d(View x, const SeparableWeights& w, const Separable& layer) {
    const Tensor middle = depthwise_conv2d(x, w.depthwise, w.depthwise_bias, layer.depthwise);
    return pointwise_conv2d(middle, w.pointwise, w.pointwise_bias, {layer.relu});
}

}  // namespace cnn::optimized
