#include "common/error.hpp"
#include "convolution.hpp"
#include "direct.hpp"
#include "narrow.hpp"
#include "phases.hpp"

namespace cnn::optimized {

void conv2d_into(View x, View w, View b, const Convolution& layer, MutableView y) {
    const Shape shape = convolved_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "conv2d: the output is ", y.shape, "; it must be ", shape);
    require_bias(b, w.shape);
    if (one_channel(w.shape, layer) && y.next_pixel == y.shape.c) return one_channel_into(x, w, b, layer, y);
    const bool pointwise = w.shape.n == 1 && w.shape.h == 1 && layer.stride == Extent(1);
    const PackedFilters packed(w, layer.groups, pointwise ? shape.h * shape.w : shape.w, layer.stride.w);
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

Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x, w.shape, layer));
    if (few_channels(w.shape, layer)) return few_channels_backward_input(dy, w, x, layer);
    const auto gradient = [&](const Shape& shape, Sides padding) {
        Tensor dx = Tensor::unset(shape);
        transposed(dy, TransposedFilters(w, layer.stride, padding, layer.groups, 1, shape.w), nullptr, false,
                   dx);
        return dx;
    };
    if (layer.mode == PaddingMode::constant || layer.padding == Sides(0)) return gradient(x, layer.padding);
    const Padding padding{layer.padding, layer.mode};
    return pad_backward(gradient(padded_shape(x, padding), 0), x, padding);
}

}  // namespace cnn::optimized
