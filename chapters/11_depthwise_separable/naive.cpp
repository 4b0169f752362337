#include "depthwise_separable.hpp"
#include "padding.hpp"
#include "pointwise.hpp"

namespace cnn::naive {

namespace {

// [naive]
/// What stands at (i, j) of the padded map; nothing where that is zero padding.
std::optional<real> pixel(View x, const Depthwise& layer, int n, int i, int j, int k) {
    const auto row = source(i - layer.padding.top, x.shape.h, layer.mode);
    const auto column = source(j - layer.padding.left, x.shape.w, layer.mode);
    if (!row || !column) return {};
    return x(n, *row, *column, k);
}
/// A product with padding adds nothing, not even where the other number is infinite.
real product(std::optional<real> x, real w) { return x ? *x * w : 0; }

/// The formula; `times` multiplies two numbers, and may count while it does.
template <class Times>
Tensor filtered(View x, View w, View b, const Depthwise& layer, const Times& times) {
    Tensor y(depthwise_shape(x.shape, w.shape, layer));
    require_depthwise_bias(b, w.shape);
    const auto [N, H, W, F] = y.shape();
    const Extent S = layer.stride, d = layer.dilation;

    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int f = 0; f < F; ++f) {
                    const int k = f / (F / x.shape.c);
                    real sum = b.empty() ? 0 : b(0, 0, 0, f);
                    for (int m = 0; m < w.shape.n; ++m)
                        for (int l = 0; l < w.shape.h; ++l)
                            sum += times(pixel(x, layer, n, i * S.h + m * d.h, j * S.w + l * d.w, k),
                                         w(m, l, 0, f));
                    y(n, i, j, f) = activated(sum, layer.activation);
                }
    return y;
}
// [naive]

}  // namespace

Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer) {
    return filtered(x, w, b, layer, product);
}

// [count]
std::int64_t depthwise_multiplications(View x, View w, const Depthwise& layer) {
    std::int64_t count = 0;
    filtered(x, w, {}, layer, [&](std::optional<real> a, real b) { return ++count, product(a, b); });
    return count;
}
// [count]

// [naive_backward]
Tensor depthwise_conv2d_backward_input(View dy, View w, const Shape& x, const Depthwise& layer) {
    require_depthwise_gradient(dy, depthwise_shape(x, w.shape, layer));
    const auto [N, H, W, F] = dy.shape;
    const Extent S = layer.stride, d = layer.dilation;
    const Padding padding{layer.padding, layer.mode};
    Tensor padded(padded_shape(x, padding));
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int f = 0; f < F; ++f)
                    for (int m = 0; m < w.shape.n; ++m)
                        for (int l = 0; l < w.shape.h; ++l)
                            padded(n, i * S.h + m * d.h, j * S.w + l * d.w, f / (F / x.c)) +=
                                dy(n, i, j, f) * w(m, l, 0, f);
    return pad_backward(padded, x, padding);
}

Tensor depthwise_conv2d_backward_filters(View dy, View x, const Shape& w, const Depthwise& layer) {
    require_depthwise_gradient(dy, depthwise_shape(x.shape, w, layer));
    const auto [N, H, W, F] = dy.shape;
    const Extent S = layer.stride, d = layer.dilation;
    Tensor dw(w);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int f = 0; f < F; ++f)
                    for (int m = 0; m < w.n; ++m)
                        for (int l = 0; l < w.h; ++l)
                            dw(m, l, 0, f) += product(
                                pixel(x, layer, n, i * S.h + m * d.h, j * S.w + l * d.w, f / (F / x.shape.c)),
                                dy(n, i, j, f));
    return dw;
}
// [naive_backward]

// [separable]
Tensor separable_conv2d(View x, const SeparableWeights& w, const Separable& layer) {
    const Tensor middle = depthwise_conv2d(x, w.depthwise, w.depthwise_bias, layer.depthwise);
    return pointwise_conv2d(
        middle, w.pointwise,
        {.bias = w.pointwise_bias, .activation = layer.relu ? Activation::relu : Activation::none});
}
// [separable]

}  // namespace cnn::naive
