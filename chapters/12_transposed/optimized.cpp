// Gather by stride phase: no scatter, no inserted zero.
//
//   1. naive   every input number is added into kernel x kernel outputs, each read and written as often
//   2. zeros   zeros between the inputs make it an ordinary convolution, for chapter 04's tiles; but of
//              every S S products all but one are with an inserted zero
//   3. phases  an output's row and column modulo the stride decide which taps can reach it, and these meet
//              neighbouring inputs: each of the S S phases is a convolution of stride 1 with its own part of
//              the kernel, and writes every S-th pixel of y, once; 3.8 times as fast as 2 for S = 2
//
// Chapter 04 sends its gradients the same way, so the phases stand in its engine: transposed.cpp.
#include <memory>

#include "common/base/error.hpp"
#include "engine/convolution_engine.hpp"
#include "transposed.hpp"

namespace cnn::optimized {

Prepared prepared_conv_transposed2d(View w, View b, const TransposedConvolution& layer, const Shape& x) {
    const Shape y = transposed_shape(x, w.shape, layer);
    require_transposed_bias(b, y);
    const auto packed = std::make_shared<const engine::TransposedFilters>(w, layer.stride, layer.padding,
                                                                          layer.groups, layer.dilation, y.w);
    return [=](View from, MutableView to) { engine::transposed(from, *packed, b, to); };
}

void conv_transposed2d_into(View x, View w, View b, const TransposedConvolution& layer, MutableView y) {
    const Shape shape = transposed_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "conv_transposed2d: the output is ", y.shape, "; it must be ", shape);
    prepared_conv_transposed2d(w, b, layer, x.shape)(x, y);
}

Tensor conv_transposed2d(View x, View w, View b, const TransposedConvolution& layer) {
    Tensor y = Tensor::uninitialized(transposed_shape(x.shape, w.shape, layer));
    conv_transposed2d_into(x, w, b, layer, y);
    return y;
}

// [backward]
// The transpose of the transpose is the convolution: dy goes through the very filters that x came through.
Prepared prepared_conv_transposed2d_backward_input(View w, const TransposedConvolution& layer,
                                                   const Shape& x) {
    const auto packed = std::make_shared<const engine::PackedFilters>(w, layer.groups, x.w, layer.stride.w);
    return [=](View dy, MutableView dx) {
        engine::direct(dy, *packed, {}, {layer.stride, layer.dilation, layer.padding.top, layer.padding.left},
                       dx);
    };
}

// And the filters' gradient is that convolution's, where dy is the input and x the gradient of the output.
void conv_transposed2d_backward_filters_into(View dy, View x, const TransposedConvolution& layer,
                                             MutableView dw) {
    require_transposed_gradient(dy, transposed_shape(x.shape, dw.shape, layer));
    engine::backward_filters(x, dy, layer.stride, layer.padding, layer.groups, layer.dilation, dw);
}
// [backward]

Tensor conv_transposed2d_backward_input(View dy, View w, const Shape& x, const TransposedConvolution& layer) {
    require_transposed_gradient(dy, transposed_shape(x, w.shape, layer));
    Tensor dx = Tensor::uninitialized(x);
    prepared_conv_transposed2d_backward_input(w, layer, x)(dy, dx);
    return dx;
}

Tensor conv_transposed2d_backward_filters(View dy, View x, const Shape& w,
                                          const TransposedConvolution& layer) {
    Tensor dw = Tensor::uninitialized(w);
    conv_transposed2d_backward_filters_into(dy, x, layer, dw);
    return dw;
}

}  // namespace cnn::optimized
