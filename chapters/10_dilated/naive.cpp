/// @file  The slide's sum, and the layer made of it.
#include "common/base/error.hpp"
#include "dilated.hpp"
#include "multiplications.hpp"

namespace cnn {

// [zeros]
Tensor with_zeros(View w, Extent dilation) {
    Tensor wide({effective_kernel(w.shape.n, dilation.h), effective_kernel(w.shape.h, dilation.w), w.shape.w,
                 w.shape.c});
    for (int m = 0; m < w.shape.n; ++m)
        for (int l = 0; l < w.shape.h; ++l)
            for (int k = 0; k < w.shape.w; ++k)
                for (int f = 0; f < w.shape.c; ++f)
                    wide(m * dilation.h, l * dilation.w, k, f) = w(m, l, k, f);
    return wide;
}
// [zeros]

namespace naive {

// [centred]
Tensor centred_sum(View f, View w, int d) {
    require(w.shape.n == w.shape.h && w.shape.n % 2 == 1, "dilated: the slide's sum runs from -k to k, but ",
            w.shape.n, 'x', w.shape.h, " is not an odd square; use dilated_conv2d");
    const int k = w.shape.n / 2;
    const auto [N, H, W, C] = f.shape;
    Tensor y(f.shape);

    for (int i = 0; i < H; ++i)
        for (int j = 0; j < W; ++j)
            for (int m = -k; m <= k; ++m)
                for (int n = -k; n <= k; ++n) {
                    const int row = i + m * d, column = j + n * d;
                    if (0 <= row && row < H && 0 <= column && column < W)
                        y(0, i, j, 0) += f(0, row, column, 0) * w(m + k, n + k, 0, 0);
                }
    return y;
}
// [centred]

// [naive]
Tensor dilated_conv2d(View x, View w, View b, const DilatedConvolution& layer) {
    Tensor y(dilated_shape(x.shape, w.shape, layer));
    require_bias(b, w.shape);
    const Padding padding{layer.padding, layer.mode};
    const Tensor padded = pad(x, padding);
    const Extent S = layer.stride, d = layer.dilation;

    if (!b.empty())
        for (int n = 0; n < y.shape().n; ++n)
            for (int i = 0; i < y.shape().h; ++i)
                for (int j = 0; j < y.shape().w; ++j)
                    for (int f = 0; f < y.shape().c; ++f) y(n, i, j, f) = b(0, 0, 0, f);
    for_each_multiplication(y.shape(), w.shape, [&](int n, int i, int j, int f, int m, int l, int k) {
        const int first = first_channel(f, w.shape, layer.groups);
        const int row = i * S.h + m * d.h, column = j * S.w + l * d.w;
        if (!is_constant(row, column, x.shape, padding))
            y(n, i, j, f) += padded(n, row, column, first + k) * w(m, l, k, f);
    });
    return y;
}
// [naive]

Tensor dilated_conv2d_backward_input(View dy, View w, const Shape& x, const DilatedConvolution& layer) {
    require_gradient(dy, dilated_shape(x, w.shape, layer));
    const Padding padding{layer.padding, layer.mode};
    const Extent S = layer.stride, d = layer.dilation;
    Tensor padded(padded_shape(x, padding));
    for_each_multiplication(dy.shape, w.shape, [&](int n, int i, int j, int f, int m, int l, int k) {
        const int first = first_channel(f, w.shape, layer.groups);
        padded(n, i * S.h + m * d.h, j * S.w + l * d.w, first + k) += dy(n, i, j, f) * w(m, l, k, f);
    });
    return pad_backward(padded, x, padding);
}

Tensor dilated_conv2d_backward_filters(View dy, View x, const Shape& w, const DilatedConvolution& layer) {
    require_gradient(dy, dilated_shape(x.shape, w, layer));
    const Padding padding{layer.padding, layer.mode};
    const Tensor padded = pad(x, padding);
    const Extent S = layer.stride, d = layer.dilation;
    Tensor dw(w);
    for_each_multiplication(dy.shape, w, [&](int n, int i, int j, int f, int m, int l, int k) {
        const int first = first_channel(f, w, layer.groups);
        const int row = i * S.h + m * d.h, column = j * S.w + l * d.w;
        if (!is_constant(row, column, x.shape, padding))
            dw(m, l, k, f) += dy(n, i, j, f) * padded(n, row, column, first + k);
    });
    return dw;
}

std::int64_t dilated_conv2d_multiplications(View x, View w, const DilatedConvolution& layer) {
    std::int64_t count = 0;
    for_each_multiplication(dilated_shape(x.shape, w.shape, layer), w.shape,
                            [&](int, int, int, int, int, int, int) { ++count; });
    return count;
}

}  // namespace naive

}  // namespace cnn
