// Taps by their distance: the zeros between them are never stored and never multiplied.
//
//   1. naive       seven loops
//   2. with zeros  chapter 04's kernel on filters with zeros put in: fast, but for 3x3 and d = 2 it
//   multiplies
//                  25 taps of which 16 are zero
//   3. distance    the same kernel steps d pixels from tap to tap: 9 multiplications are 9
//
// The gradients need nothing new.  That of the input is again such a convolution, one for every phase of the
// stride; that of a filter's tap is the gradient of a 1x1 layer that looks at the image from that tap.
#include <numeric>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "dilated.hpp"
#include "direct.hpp"

namespace cnn::optimized {

// [forward]
void dilated_conv2d_into(View x, View w, View b, const DilatedConvolution& layer, MutableView y) {
    const Shape shape = dilated_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "dilated_conv2d: the output is ", y.shape, "; it must be ", shape);
    require_bias(b, w.shape);
    direct(x, PackedFilters(w, layer.groups), b.data,
           {.stride = layer.stride,
            .dilation = layer.dilation,
            .top = layer.padding.top,
            .left = layer.padding.left},
           false, y);
}
// [forward]

Tensor dilated_conv2d(View x, View w, View b, const DilatedConvolution& layer) {
    Tensor y = Tensor::unset(dilated_shape(x.shape, w.shape, layer));
    dilated_conv2d_into(x, w, b, layer, y);
    return y;
}

namespace {

// [phase]
/// Along one axis: the pixels p with (p + P) mod S = f, and the taps m that reach them.  Pixel p receives
/// from output i = (p + P - m d) / S, so of those taps every S / gcd(S, d)-th one does, and the outputs lie
/// d / gcd(S, d) apart: a convolution of dy, of stride 1, dilated, with the taps in reverse.
struct Phase {
    int first;             // the first such pixel
    int tap, step, taps;   // taps tap, tap + step, ...
    int dilation, before;  // of that convolution

    Phase(int f, int K, int S, int P, int d) : first((f - P % S + S) % S), tap(0), taps(0), before(0) {
        const int common = std::gcd(S, d);
        step = S / common;
        dilation = d / common;
        while (tap < step && (f - tap * d) % S != 0) ++tap;
        if (tap == step || tap >= K) return;  // no tap reaches these pixels
        taps = (K - tap + step - 1) / step;
        before = (taps - 1) * dilation - (first + P - tap * d) / S;
    }
};
// [phase]

}  // namespace

Tensor dilated_conv2d_backward_input(View dy, View w, const Shape& x, const DilatedConvolution& layer) {
    require_gradient(dy, dilated_shape(x, w.shape, layer));
    const Extent S = layer.stride, d = layer.dilation;
    const int filters = w.shape.c / layer.groups;
    Tensor dx = Tensor::unset(x);
    for (int fh = 0; fh < S.h; ++fh)
        for (int fw = 0; fw < S.w; ++fw) {
            const Phase v(fh, w.shape.n, S.h, layer.padding.top, d.h);
            const Phase h(fw, w.shape.h, S.w, layer.padding.left, d.w);
            if (v.first >= x.h || h.first >= x.w) continue;
            const MutableView part = dx.view().every(S, v.first, h.first);
            if (v.taps == 0 || h.taps == 0) {
                fill(part, 0);
                continue;
            }
            // The filters in reverse, input and output channels exchanged: only other strides.
            FilterView flipped;
            flipped.data = &w(v.tap + (v.taps - 1) * v.step, h.tap + (h.taps - 1) * h.step, 0, 0);
            flipped.shape = {v.taps, h.taps, filters, w.shape.w * layer.groups};
            flipped.next_row = -v.step * w.next_image;
            flipped.next_column = -h.step * w.next_row;
            flipped.next_channel = 1;
            flipped.next_filter = w.next_pixel;
            flipped.next_group = filters;
            direct(dy, PackedFilters(flipped, layer.groups), nullptr,
                   {.dilation = {v.dilation, h.dilation}, .top = v.before, .left = h.before}, false, part);
        }
    return dx;
}

// [filters]
Tensor dilated_conv2d_backward_filters(View dy, View x, const Shape& w, const DilatedConvolution& layer) {
    require_gradient(dy, dilated_shape(x.shape, w, layer));
    const Extent S = layer.stride, d = layer.dilation;
    Tensor dw = Tensor::unset(w);
    parallel_for(w.n * w.h, [&](int tap) {
        const int m = tap / w.h, l = tap % w.h;
        // Crop what this tap never sees, on the far sides to the size that dy tells.
        const int top = layer.padding.top - m * d.h, left = layer.padding.left - l * d.w;
        const Sides crop{top, (dy.shape.h - 1) * S.h + 1 - x.shape.h - top, left,
                         (dy.shape.w - 1) * S.w + 1 - x.shape.w - left};
        const Tensor one = conv2d_backward_filters(dy, x, {1, 1, w.w, w.c},
                                                   {.stride = S, .padding = crop, .groups = layer.groups});
        copy(one, dw.view().images(m, 1).window(l, 0, {1, w.w}));
    });
    return dw;
}
// [filters]

}  // namespace cnn::optimized
