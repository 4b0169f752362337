#include "depthwise_separable.hpp"
#include "padding.hpp"
#include "pointwise.hpp"

namespace cnn::naive {

namespace {

// [naive]
/// The formula; `times` multiplies two numbers, and may count while it does.
template <class Times>
Tensor filtered(View x, View w, View b, const Depthwise& layer, const Times& times) {
    Tensor y(depthwise_shape(x.shape, w.shape, layer));
    require_depthwise_bias(b, w.shape);
    const Tensor padded = pad(x, {layer.padding});
    const auto [N, H, W, F] = y.shape();
    const auto [S, P, d, activation] = layer;
    const int multiplier = F / x.shape.c;

    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int f = 0; f < F; ++f) {
                    const int k = f / multiplier;
                    real sum = b.empty() ? 0 : b(0, 0, 0, f);
                    for (int m = 0; m < w.shape.n; ++m)
                        for (int l = 0; l < w.shape.h; ++l)
                            sum += times(padded(n, i * S.h + m * d.h, j * S.w + l * d.w, k), w(m, l, 0, f));
                    y(n, i, j, f) = activated(sum, activation);
                }
    return y;
}
// [naive]

}  // namespace

Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer) {
    return filtered(x, w, b, layer, [](real a, real b) { return a * b; });
}

// [count]
std::int64_t depthwise_multiplications(View x, View w, const Depthwise& layer) {
    std::int64_t count = 0;
    filtered(x, w, {}, layer, [&](real a, real b) { return ++count, a * b; });
    return count;
}
// [count]

// [naive_backward]
Tensor depthwise_conv2d_backward_input(View dy, View w, const Shape& x, const Depthwise& layer) {
    require_depthwise_gradient(dy, depthwise_shape(x, w.shape, layer));
    const auto [S, P, d, activation] = layer;
    const Padding padding{layer.padding};
    const int multiplier = dy.shape.c / x.c;
    Tensor padded(padded_shape(x, padding));
    for (int n = 0; n < dy.shape.n; ++n)
        for (int i = 0; i < dy.shape.h; ++i)
            for (int j = 0; j < dy.shape.w; ++j)
                for (int f = 0; f < dy.shape.c; ++f)
                    for (int m = 0; m < w.shape.n; ++m)
                        for (int l = 0; l < w.shape.h; ++l)
                            padded(n, i * S.h + m * d.h, j * S.w + l * d.w, f / multiplier) +=
                                dy(n, i, j, f) * w(m, l, 0, f);
    return pad_backward(padded, x, padding);
}

Tensor depthwise_conv2d_backward_filters(View dy, View x, const Shape& w, const Depthwise& layer) {
    require_depthwise_gradient(dy, depthwise_shape(x.shape, w, layer));
    const auto [S, P, d, activation] = layer;
    const Tensor padded = pad(x, {layer.padding});
    const int multiplier = dy.shape.c / x.shape.c;
    Tensor dw(w);
    for (int n = 0; n < dy.shape.n; ++n)
        for (int i = 0; i < dy.shape.h; ++i)
            for (int j = 0; j < dy.shape.w; ++j)
                for (int f = 0; f < dy.shape.c; ++f)
                    for (int m = 0; m < w.n; ++m)
                        for (int l = 0; l < w.h; ++l)
                            dw(m, l, 0, f) += dy(n, i, j, f) *
                                              padded(n, i * S.h + m * d.h, j * S.w + l * d.w, f / multiplier);
    return dw;
}
// [naive_backward]

// [separable]
Tensor separable_conv2d(View x, const SeparableWeights& w, const Separable& layer) {
    const Tensor middle = depthwise_conv2d(x, w.depthwise, w.depthwise_bias, layer.depthwise);
    return pointwise_conv2d(middle, w.pointwise, w.pointwise_bias, {layer.relu});
}
// [separable]

}  // namespace cnn::naive
