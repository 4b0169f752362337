// Gather by stride phase: no scatter, no inserted zero.
//
//   1. naive   every input number is added into kernel x kernel outputs; each output is read and written as
//   often
//   2. zeros   zeros between the inputs make it an ordinary convolution, for chapter 04's tiles; but of every
//   S S
//              products all but one are with an inserted zero
//   3. phases  an output's row and column modulo the stride decide which taps can reach it, and the taps of
//   one
//              such phase meet neighbouring inputs: each of the S S phases is a convolution of stride 1 with
//              its own part of the kernel, and writes every S-th pixel of y, once; 3.8 times as fast as 2 for
//              S = 2
//   4. bands   all phases of a band of rows run before the next band, while its rows are in the near
//   cache: 1.08
#include <numeric>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "convolution.hpp"
#include "transposed.hpp"

namespace cnn::optimized {

namespace {

int divide_up(int a, int b) { return (a + b - 1) / b; }

}  // namespace

// [phase]
AxisPhase::AxisPhase(int f, int kernel, int stride, int padding, int d) {
    // Tap m reaches outputs o with o + padding = i stride + m d: those whose phase is m d's.
    const int both = std::gcd(stride, d);
    step = stride / both;
    dilation = d / both;
    int m = 0;
    while (m < kernel && m * d % stride != f) ++m;
    taps = m < kernel ? (kernel - 1 - m) / step + 1 : 0;
    last = m + (taps - 1) * step;

    // Number the outputs of the phase by q, as o + padding = q stride + f; the first has o >= 0.
    const int q = padding > f ? divide_up(padding - f, stride) : 0;
    first = q * stride + f - padding;
    before = (last * d - f) / stride - q;
}
// [phase]

PackedPhases::PackedPhases(View w, const TransposedConvolution& layer) : stride_(layer.stride) {
    const auto& [S, P, output_padding, d, groups] = layer;
    for (int fh = 0; fh < S.h; ++fh)
        for (int fw = 0; fw < S.w; ++fw) {
            const AxisPhase rows(fh, w.shape.n, S.h, P.top, d.h), columns(fw, w.shape.h, S.w, P.left, d.w);
            // The phase's taps in reverse are every step-th of w, read backwards; inputs and outputs change
            // places.  Where the stride exceeds the kernel a phase has no tap, and y is the bias.
            FilterView taps;
            if (rows.taps > 0 && columns.taps > 0) taps.data = &w(rows.last, columns.last, 0, 0);
            taps.shape = {rows.taps, columns.taps, w.shape.c / groups, w.shape.w * groups};
            taps.next_row = -rows.step * w.next_image;
            taps.next_column = -columns.step * w.next_row;
            taps.next_channel = 1;
            taps.next_filter = w.next_pixel;
            taps.next_group = w.shape.c / groups;
            phases_.push_back({rows, columns, PackedFilters(taps, groups)});
        }
}

// [bands]
void PackedPhases::operator()(View x, const real* b, MutableView y) const {
    // A band is `inputs` rows of x and stride times as many of y, about a quarter of a megabyte.
    const std::int64_t bytes = std::int64_t{stride_.h} * y.shape.w * y.shape.c * int(sizeof(real));
    const int inputs =
        int(std::clamp<std::int64_t>((1 << 18) / std::max<std::int64_t>(1, bytes), 1, y.shape.h));
    const int bands = divide_up(y.shape.h, inputs * stride_.h);
    parallel_for(y.shape.n * bands, [&](int task) {
        const int n = task / bands, from = task % bands * inputs;
        const int top = from * stride_.h, rows = std::min(inputs * stride_.h, y.shape.h - top);
        const MutableView band = y.images(n, 1).window(top, 0, {rows, y.shape.w});
        for (const Phase& phase : phases_) {
            if (phase.rows.first >= rows || phase.columns.first >= y.shape.w) continue;
            direct(x.images(n, 1), phase.filters, b,
                   {.dilation = {phase.rows.dilation, phase.columns.dilation},
                    .top = phase.rows.before - from,
                    .left = phase.columns.before},
                   false, band.every(stride_, phase.rows.first, phase.columns.first));
        }
    });
}
// [bands]

void conv_transposed2d_into(View x, View w, View b, const TransposedConvolution& layer, MutableView y) {
    const Shape shape = transposed_shape(x.shape, w.shape, layer);
    require_transposed_bias(b, shape);
    require(y.shape == shape, "conv_transposed2d: the output is ", y.shape, "; it must be ", shape);
    PackedPhases(w, layer)(x, b.data, y);
}

Tensor conv_transposed2d(View x, View w, View b, const TransposedConvolution& layer) {
    Tensor y = Tensor::unset(transposed_shape(x.shape, w.shape, layer));
    conv_transposed2d_into(x, w, b, layer, y);
    return y;
}

// [backward]
// The transpose of the transpose is the convolution: dy goes through the very filters that x came through.
void conv_transposed2d_backward_input_into(View dy, View w, const TransposedConvolution& layer,
                                           MutableView dx) {
    require_transposed_gradient(dy, transposed_shape(dx.shape, w.shape, layer));
    direct(dy, PackedFilters(w, layer.groups), nullptr,
           {layer.stride, layer.dilation, layer.padding.top, layer.padding.left}, false, dx);
}

Tensor conv_transposed2d_backward_input(View dy, View w, const Shape& x, const TransposedConvolution& layer) {
    Tensor dx = Tensor::unset(x);
    conv_transposed2d_backward_input_into(dy, w, layer, dx);
    return dx;
}

// And the filters' gradient is that convolution's, where dy is the input and x the gradient of the output.
Tensor conv_transposed2d_backward_filters(View dy, View x, const Shape& w,
                                          const TransposedConvolution& layer) {
    require_transposed_gradient(dy, transposed_shape(x.shape, w, layer));
    const auto& [S, P, output_padding, d, groups] = layer;
    if (d == Extent(1))
        return conv2d_backward_filters(x, dy, w, {.stride = S, .padding = P, .groups = groups});

    // A dilated kernel's taps are 1x1 kernels, each with a padding of its own.
    Tensor dw(w);
    for (int m = 0; m < w.n; ++m)
        for (int l = 0; l < w.h; ++l) {
            const int top = P.top - m * d.h, left = P.left - l * d.w;
            const Sides around{top, (x.shape.h - 1) * S.h + 1 - dy.shape.h - top, left,
                               (x.shape.w - 1) * S.w + 1 - dy.shape.w - left};
            copy(conv2d_backward_filters(x, dy, {1, 1, w.w, w.c},
                                         {.stride = S, .padding = around, .groups = groups}),
                 dw.view().images(m, 1).window(l, 0, {1, w.w}));
        }
    return dw;
}
// [backward]

}  // namespace cnn::optimized
