#include "convolution.hpp"
#include "direct.hpp"

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/tile.hpp"

namespace cnn::optimized {

void conv2d_into(View x, View w, View b, const Convolution& layer, MutableView y) {
    const Shape shape = convolved_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "conv2d: the output is ", y.shape, "; it must be ", shape);
    require_bias(b, w.shape);
    const PackedFilters packed(w, layer.groups);
    if (layer.mode == PaddingMode::constant || layer.padding == Sides(0))
        return direct(x, packed, b.data, {layer.stride, {}, layer.padding.top, layer.padding.left},
                      layer.relu, y);
    direct(pad(x, {layer.padding, layer.mode}), packed, b.data, {.stride = layer.stride}, layer.relu, y);
}

Tensor conv2d(View x, View w, View b, const Convolution& layer) {
    Tensor y = Tensor::unset(convolved_shape(x.shape, w.shape, layer));
    conv2d_into(x, w, b, layer, y);
    return y;
}

namespace {

/// Along one axis: which input pixels have the same remainder of their place by the stride, and which taps
/// reach them.  Those pixels are themselves a convolution of dy, of stride 1, with these taps in reverse.
struct Phase {
    int taps;    // tap f, f + stride, ...
    int first;   // the first such input pixel
    int before;  // the padding of that convolution
};

Phase phase(int f, int kernel, int stride, int padding) {
    const int taps = f < kernel ? (kernel - f + stride - 1) / stride : 0;
    const int q = padding > f ? (padding - f + stride - 1) / stride : -((f - padding) / stride);
    return {taps, q * stride + f - padding, taps - 1 - q};
}

void backward_input(View dy, View w, Sides padding, Extent stride, int groups, MutableView dx) {
    const int filters = w.shape.c / groups;
    for (int fh = 0; fh < stride.h; ++fh)
        for (int fw = 0; fw < stride.w; ++fw) {
            const Phase v = phase(fh, w.shape.n, stride.h, padding.top);
            const Phase h = phase(fw, w.shape.h, stride.w, padding.left);
            if (v.first >= dx.shape.h || h.first >= dx.shape.w) continue;
            const MutableView part = dx.every(stride, v.first, h.first);
            if (v.taps == 0 || h.taps == 0) {
                fill(part, 0);
                continue;
            }
            FilterView flipped;
            flipped.data = &w(fh + (v.taps - 1) * stride.h, fw + (h.taps - 1) * stride.w, 0, 0);
            flipped.shape = {v.taps, h.taps, filters, w.shape.w * groups};
            flipped.next_row = -stride.h * w.next_image;
            flipped.next_column = -stride.w * w.next_row;
            flipped.next_channel = 1;
            flipped.next_filter = w.next_pixel;
            flipped.next_group = filters;
            direct(dy, PackedFilters(flipped, groups), nullptr, {.top = v.before, .left = h.before}, false,
                   part);
        }
}

}  // namespace

Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x, w.shape, layer));
    if (layer.mode == PaddingMode::constant) {
        Tensor dx = Tensor::unset(x);
        backward_input(dy, w, layer.padding, layer.stride, layer.groups, dx);
        return dx;
    }
    const Padding padding{layer.padding, layer.mode};
    Tensor padded = Tensor::unset(padded_shape(x, padding));
    backward_input(dy, w, 0, layer.stride, layer.groups, padded);
    return pad_backward(padded, x, padding);
}

}  // namespace cnn::optimized
