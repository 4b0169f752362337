// Taps by their distance: the zeros between them are never stored and never multiplied.
//
//   1. naive       seven loops
//   2. with zeros  chapter 04's kernel on filters with zeros put in: fast, but for 3x3 and d = 2 it
//                  multiplies 25 taps of which 16 are zero
//   3. distance    the same kernel steps d pixels from tap to tap: 9 multiplications are 9
//
// The gradients need nothing new: chapter 04's know the distance, too.
#include <memory>

#include "common/base/error.hpp"
#include "dilated.hpp"
#include "engine/convolution_engine.hpp"

namespace cnn::optimized {

namespace {

// Padding that repeats pixels is written out; the engine's own is of zeros.
bool repeats(const DilatedConvolution& layer) {
    return layer.mode != PaddingMode::constant && layer.padding != Sides(0);
}
DilatedConvolution unpadded(DilatedConvolution layer) {
    layer.padding = 0;
    return layer;
}

}  // namespace

// [forward]
Prepared prepared_dilated_conv2d(View w, View b, const DilatedConvolution& layer, const Shape& x) {
    const Shape y = dilated_shape(x, w.shape, layer);
    require_bias(b, w.shape);
    if (const Padding padding{layer.padding, layer.mode}; repeats(layer))
        return [=, call = prepared_dilated_conv2d(w, b, unpadded(layer), padded_shape(x, padding))](
                   View from, MutableView to) { call(pad(from, padding), to); };
    const auto packed = std::make_shared<const engine::PackedFilters>(w, layer.groups, y.w, layer.stride.w);
    return [=](View from, MutableView to) {
        engine::direct(from, *packed, {.bias = b},
                       {layer.stride, layer.dilation, layer.padding.top, layer.padding.left}, to);
    };
}
// [forward]

void dilated_conv2d_into(View x, View w, View b, const DilatedConvolution& layer, MutableView y) {
    const Shape shape = dilated_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "dilated_conv2d: the output is ", y.shape, "; it must be ", shape);
    prepared_dilated_conv2d(w, b, layer, x.shape)(x, y);
}

Tensor dilated_conv2d(View x, View w, View b, const DilatedConvolution& layer) {
    Tensor y = Tensor::uninitialized(dilated_shape(x.shape, w.shape, layer));
    dilated_conv2d_into(x, w, b, layer, y);
    return y;
}

// [backward]
Prepared prepared_dilated_conv2d_backward_input(View w, const DilatedConvolution& layer, const Shape& x) {
    dilated_shape(x, w.shape, layer);
    if (const Padding padding{layer.padding, layer.mode}; repeats(layer)) {
        const Shape padded = padded_shape(x, padding);
        return [=, call = prepared_dilated_conv2d_backward_input(w, unpadded(layer), padded)](
                   View dy, MutableView dx) {
            Tensor wide = Tensor::uninitialized(padded);
            call(dy, wide);
            copy(pad_backward(wide, x, padding), dx);
        };
    }
    const auto packed = std::make_shared<const engine::TransposedFilters>(w, layer.stride, layer.padding,
                                                                          layer.groups, layer.dilation, x.w);
    return [=](View dy, MutableView dx) { engine::transposed(dy, *packed, {}, dx); };
}

void dilated_conv2d_backward_filters_into(View dy, View x, const DilatedConvolution& layer, MutableView dw) {
    require_gradient(dy, dilated_shape(x.shape, dw.shape, layer));
    if (repeats(layer))
        return dilated_conv2d_backward_filters_into(dy, pad(x, {layer.padding, layer.mode}), unpadded(layer),
                                                    dw);
    engine::backward_filters(dy, x, layer.stride, layer.padding, layer.groups, layer.dilation, dw);
}
// [backward]

Tensor dilated_conv2d_backward_input(View dy, View w, const Shape& x, const DilatedConvolution& layer) {
    require_gradient(dy, dilated_shape(x, w.shape, layer));
    Tensor dx = Tensor::uninitialized(x);
    prepared_dilated_conv2d_backward_input(w, layer, x)(dy, dx);
    return dx;
}

Tensor dilated_conv2d_backward_filters(View dy, View x, const Shape& w, const DilatedConvolution& layer) {
    Tensor dw = Tensor::uninitialized(w);
    dilated_conv2d_backward_filters_into(dy, x, layer, dw);
    return dw;
}

}  // namespace cnn::optimized
