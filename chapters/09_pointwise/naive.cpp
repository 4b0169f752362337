#include "pointwise.hpp"

namespace cnn::naive {

// [naive]
Tensor pointwise_conv2d(View x, View w, const Epilogue& epilogue) {
    Tensor y(pointwise_shape(x.shape, w.shape));
    require_epilogue("pointwise_conv2d", epilogue, y.shape());
    const auto& [b, residual, activation] = epilogue;
    const auto [N, H, W, F] = y.shape();

    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int f = 0; f < F; ++f) {
                    real sum = b.empty() ? 0 : b(0, 0, 0, f);
                    for (int k = 0; k < x.shape.c; ++k) sum += x(n, i, j, k) * w(0, 0, k, f);
                    if (!residual.empty()) sum += residual(n, i, j, f);
                    y(n, i, j, f) = activated(sum, activation);
                }
    return y;
}
// [naive]

// [naive_backward]
Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x) {
    require_gradient("pointwise_conv2d", dy, pointwise_shape(x, w.shape));
    Tensor dx(x);
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j)
                for (int k = 0; k < x.c; ++k)
                    for (int f = 0; f < dy.shape.c; ++f) dx(n, i, j, k) += dy(n, i, j, f) * w(0, 0, k, f);
    return dx;
}

Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w) {
    require_gradient("pointwise_conv2d", dy, pointwise_shape(x.shape, w));
    Tensor dw(w);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int k = 0; k < w.w; ++k)
                    for (int f = 0; f < w.c; ++f) dw(0, 0, k, f) += dy(n, i, j, f) * x(n, i, j, k);
    return dw;
}
// [naive_backward]

}  // namespace cnn::naive
