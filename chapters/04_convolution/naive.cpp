/// @file  The layer as the lecture writes it: pad, then seven loops in the formula's letters.
#include "convolution.hpp"
#include "filter_node.hpp"
#include "multiplications.hpp"

namespace cnn::naive {

namespace {

// The layer with its multiplication as an argument, so that it can be counted.
// [naive]
template <class Multiply>
Tensor conv2d(View x, View w, View b, const Convolution& layer, const Multiply& multiply) {
    Tensor y(convolved_shape(x.shape, w.shape, layer));
    require_bias(b, w.shape);
    const Padding padding{layer.padding, layer.mode};
    const Tensor padded = pad(x, padding);
    const auto [KH, KW, C, F] = w.shape;
    const Extent S = layer.stride;

    for (int image = 0; image < y.shape().n; ++image)
        for (int i = 0; i < y.shape().h; ++i)
            for (int j = 0; j < y.shape().w; ++j)
                for (int f = 0; f < F; ++f) {
                    const int first = first_channel(f, w.shape, layer.groups);
                    real sum = b.empty() ? 0 : b(0, 0, 0, f);
                    for (int m = 0; m < KH; ++m)
                        for (int n = 0; n < KW; ++n) {
                            const int row = i * S.h + m, column = j * S.w + n;
                            const bool outside = is_constant(row, column, x.shape, padding);
                            for (int k = 0; k < C; ++k)
                                sum += multiply(padded(image, row, column, first + k),
                                                outside ? 0 : w(m, n, k, f));
                        }
                    y(image, i, j, f) = activated(sum, layer.activation);
                }
    return y;
}
// [naive]

}  // namespace

Tensor conv2d(View x, View w, View b, const Convolution& layer) {
    return conv2d(x, w, b, layer, [](real pixel, real weight) { return pixel * weight; });
}

std::int64_t conv2d_multiplications(View x, View w, const Convolution& layer) {
    std::int64_t count = 0;
    conv2d(x, w, {}, layer, [&](real pixel, real weight) { return ++count, pixel * weight; });
    return count;
}

// db(f) = sum of dy(i, j, f)
Tensor bias_gradient(View dy) {
    Tensor db({.c = dy.shape.c});
    for (int image = 0; image < dy.shape.n; ++image)
        for (int i = 0; i < dy.shape.h; ++i)
            for (int j = 0; j < dy.shape.w; ++j)
                for (int f = 0; f < dy.shape.c; ++f) db(0, 0, 0, f) += dy(image, i, j, f);
    return db;
}

// [naive_backward]
Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x, w.shape, layer));
    const Padding padding{layer.padding, layer.mode};
    const Extent S = layer.stride;
    Tensor padded(padded_shape(x, padding));
    for_each_multiplication(dy.shape, w.shape, [&](int image, int i, int j, int f, int m, int n, int k) {
        const int first = first_channel(f, w.shape, layer.groups);
        padded(image, i * S.h + m, j * S.w + n, first + k) += dy(image, i, j, f) * w(m, n, k, f);
    });
    return pad_backward(padded, x, padding);
}

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x.shape, w, layer));
    const Padding padding{layer.padding, layer.mode};
    const Tensor padded = pad(x, padding);
    const Extent S = layer.stride;
    Tensor dw(w);
    for_each_multiplication(dy.shape, w, [&](int image, int i, int j, int f, int m, int n, int k) {
        const int first = first_channel(f, w, layer.groups), row = i * S.h + m, column = j * S.w + n;
        if (!is_constant(row, column, x.shape, padding))
            dw(m, n, k, f) += dy(image, i, j, f) * padded(image, row, column, first + k);
    });
    return dw;
}
// [naive_backward]

}  // namespace cnn::naive
