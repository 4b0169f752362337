#include <memory>

#include "common/base/error.hpp"
#include "convolution_engine.hpp"
#include "narrow.hpp"

namespace cnn::engine {

using namespace convolution;

// [prepared]
PreparedSum prepared_conv2d_plus(View w, View b, const Convolution& layer, const Shape& x) {
    const Shape y = convolved_shape(x, w.shape, layer);
    require_bias(b, w.shape);
    const bool pointwise = w.shape.n == 1 && w.shape.h == 1 && layer.stride == Extent(1);
    const auto packed =
        std::make_shared<const PackedFilters>(w, layer.groups, pointwise ? y.h * y.w : y.w, layer.stride.w);
    const Sides& p = layer.padding;
    if (layer.mode == PaddingMode::constant || p == Sides(0))
        return [=](View from, View residual, MutableView to) {
            direct(from, *packed, {b, residual, layer.activation}, {layer.stride, {}, p.top, p.left}, to);
        };
    return [=](View from, View residual, MutableView to) {
        direct(optimized::pad(from, {p, layer.mode}), *packed, {b, residual, layer.activation},
               {.stride = layer.stride}, to);
    };
}

Prepared prepared_conv2d(View w, View b, const Convolution& layer, const Shape& x) {
    // Windows of one channel read the padding's zeros, which must not meet an infinite weight.
    if (!one_channel(w.shape, layer) || !all_finite(w))
        return
            [call = prepared_conv2d_plus(w, b, layer, x)](View from, MutableView to) { call(from, {}, to); };
    convolved_shape(x, w.shape, layer);
    require_bias(b, w.shape);
    return [=](View from, MutableView to) {
        if (to.pixel_pitch == to.shape.c) return one_channel_into(from, w, b, layer, to);
        Tensor together = Tensor::uninitialized(to.shape);
        one_channel_into(from, w, b, layer, together);
        copy(together, to);
    };
}
// [prepared]

void conv2d_into(View x, View w, View b, const Convolution& layer, MutableView y) {
    const Shape shape = convolved_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "conv2d: the output is ", y.shape, "; it must be ", shape);
    prepared_conv2d(w, b, layer, x.shape)(x, y);
}

Tensor conv2d(View x, View w, View b, const Convolution& layer) {
    Tensor y = Tensor::uninitialized(convolved_shape(x.shape, w.shape, layer));
    conv2d_into(x, w, b, layer, y);
    return y;
}

Prepared prepared_conv2d_backward_input(View w, const Convolution& layer, const Shape& x) {
    if (few_channels(w.shape, layer)) return few_channels_backward_input(w, layer, x);

    const bool zeros = layer.mode == PaddingMode::constant || layer.padding == Sides(0);
    const Padding padding{layer.padding, layer.mode};
    const Shape padded = zeros ? x : padded_shape(x, padding);
    const auto packed = std::make_shared<const TransposedFilters>(
        w, layer.stride, zeros ? layer.padding : Sides(0), layer.groups, 1, padded.w);
    if (zeros) return [=](View dy, MutableView dx) { transposed(dy, *packed, {}, dx); };
    return [=](View dy, MutableView dx) {
        Tensor wide = Tensor::uninitialized(padded);
        transposed(dy, *packed, {}, wide);
        copy(optimized::pad_backward(wide, x, padding), dx);
    };
}

Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x, w.shape, layer));
    Tensor dx = Tensor::uninitialized(x);
    prepared_conv2d_backward_input(w, layer, x)(dy, dx);
    return dx;
}

}  // namespace cnn::engine
