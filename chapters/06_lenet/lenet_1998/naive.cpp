// The parts of 1998, each as its equation in the paper.
#include <algorithm>
#include <cmath>

#include "common/kernels/epilogue.hpp"
#include "lenet_1998/lenet_1998.hpp"
#include "loss/loss.hpp"

namespace cnn::naive {

namespace {

constexpr real amplitude = real(1.7159), slope = real(2.0 / 3);
constexpr real rubbish = real(0.1);  // j: what "none of these" costs

}  // namespace

// [squash]
Tensor squash(View a) {
    Tensor f(a.shape);
    const auto [N, H, W, C] = a.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) f(n, i, j, c) = amplitude * std::tanh(slope * a(n, i, j, c));
    return f;
}
// [squash]

Tensor squash_backward(View df, View f) {
    require_gradient("squash", df, f.shape);
    Tensor da(f.shape);
    const auto [N, H, W, C] = f.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const real tanh = f(n, i, j, c) / amplitude;
                    da(n, i, j, c) = df(n, i, j, c) * amplitude * slope * (1 - tanh * tanh);
                }
    return da;
}

// [subsample]
Tensor subsample(View x, View w, View b) {
    const Shape shape = subsampled_shape(x.shape);
    require_subsample(w, b, x.shape);
    const auto [N, H, W, C] = shape;
    Tensor y(shape);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const real sum = x(n, 2 * i, 2 * j, c) + x(n, 2 * i, 2 * j + 1, c) +
                                     x(n, 2 * i + 1, 2 * j, c) + x(n, 2 * i + 1, 2 * j + 1, c);
                    y(n, i, j, c) = w(0, 0, 0, c) * sum + (b.empty() ? 0 : b(0, 0, 0, c));
                }
    return y;
}
// [subsample]

Tensor subsample_backward_input(View dy, View w, const Shape& x) {
    require_gradient("subsample", dy, subsampled_shape(x));
    require_subsample(w, {}, x);
    Tensor dx(x);
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j)
                for (int c = 0; c < x.c; ++c) dx(n, i, j, c) = w(0, 0, 0, c) * dy(n, i / 2, j / 2, c);
    return dx;
}

Tensor subsample_backward_weights(View dy, View x) {
    require_gradient("subsample", dy, subsampled_shape(x.shape));
    Tensor dw({.c = x.shape.c});
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c) dw(0, 0, 0, c) += x(n, i, j, c) * dy(n, i / 2, j / 2, c);
    return dw;
}

// [partial]
// y(i, j, f) = b(f) + sum over the maps m in table[f] of kernel k, (m, f)'s own, at (i, j) on map m.
Tensor partial_conv2d(View x, View w, View b, const Connections& table) {
    const Shape shape = partial_shape(x.shape, {w.shape.n, w.shape.h}, table);
    require_partial(w.shape, b, table);
    const int K = w.shape.n, L = w.shape.h;
    Tensor y(shape);
    for (int n = 0; n < y.shape().n; ++n)
        for (int i = 0; i < y.shape().h; ++i)
            for (int j = 0; j < y.shape().w; ++j)
                for (int f = 0, k = 0; f < y.shape().c; ++f) {
                    real sum = b.empty() ? 0 : b(0, 0, 0, f);
                    for (const int map : table[std::size_t(f)]) {
                        for (int m = 0; m < K; ++m)
                            for (int l = 0; l < L; ++l) sum += x(n, i + m, j + l, map) * w(m, l, 0, k);
                        ++k;
                    }
                    y(n, i, j, f) = sum;
                }
    return y;
}
// [partial]

Tensor partial_conv2d_backward_input(View dy, View w, const Shape& x, const Connections& table) {
    require_partial(w.shape, {}, table);
    require_gradient("partial_conv2d", dy, partial_shape(x, {w.shape.n, w.shape.h}, table));
    Tensor dx(x);
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < dy.shape.h; ++i)
            for (int j = 0; j < dy.shape.w; ++j)
                for (int f = 0, k = 0; f < dy.shape.c; ++f)
                    for (const int map : table[std::size_t(f)]) {
                        for (int m = 0; m < w.shape.n; ++m)
                            for (int l = 0; l < w.shape.h; ++l)
                                dx(n, i + m, j + l, map) += dy(n, i, j, f) * w(m, l, 0, k);
                        ++k;
                    }
    return dx;
}

Tensor partial_conv2d_backward_filters(View dy, View x, const Shape& w, const Connections& table) {
    require_partial(w, {}, table);
    require_gradient("partial_conv2d", dy, partial_shape(x.shape, {w.n, w.h}, table));
    Tensor dw(w);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < dy.shape.h; ++i)
            for (int j = 0; j < dy.shape.w; ++j)
                for (int f = 0, k = 0; f < dy.shape.c; ++f)
                    for (const int map : table[std::size_t(f)]) {
                        for (int m = 0; m < w.n; ++m)
                            for (int l = 0; l < w.h; ++l)
                                dw(m, l, 0, k) += dy(n, i, j, f) * x(n, i + m, j + l, map);
                        ++k;
                    }
    return dw;
}

// [rbf]
Tensor rbf(View x, View w) {
    Tensor y(rbf_shape(x.shape, w.shape));
    for (int n = 0; n < x.shape.n; ++n)
        for (int k = 0; k < w.shape.c; ++k)
            for (int j = 0; j < x.shape.c; ++j) {
                const real distance = x(n, 0, 0, j) - w(0, 0, j, k);
                y(n, 0, 0, k) += distance * distance;
            }
    return y;
}
// [rbf]

Tensor rbf_backward(View dy, View x, View w) {
    require_gradient("rbf", dy, rbf_shape(x.shape, w.shape));
    Tensor dx(x.shape);
    for (int n = 0; n < x.shape.n; ++n)
        for (int j = 0; j < x.shape.c; ++j)
            for (int k = 0; k < w.shape.c; ++k)
                dx(n, 0, 0, j) += dy(n, 0, 0, k) * 2 * (x(n, 0, 0, j) - w(0, 0, j, k));
    return dx;
}

// [loss of 1998]
real map_loss(View y, View labels) {
    require_labels("map_loss", y, labels);
    double loss = 0;  // of more terms than a float can count
    for (int n = 0; n < y.shape.n; ++n) {
        real sum = std::exp(-rubbish);
        for (int k = 0; k < y.shape.c; ++k) sum += std::exp(-y(n, 0, 0, k));
        loss += double(y(n, 0, 0, int(labels(n, 0, 0, 0))) + std::log(sum));
    }
    return real(loss / y.shape.n);
}
// [loss of 1998]

// dL/dy(k) = 1/N ([k = D] - e^-y(k) / (e^-j + sum_i e^-y(i)))
Tensor map_loss_backward(View y, View labels) {
    require_labels("map_loss", y, labels);
    Tensor dy(y.shape);
    for (int n = 0; n < y.shape.n; ++n) {
        real sum = std::exp(-rubbish);
        for (int k = 0; k < y.shape.c; ++k) sum += std::exp(-y(n, 0, 0, k));
        for (int k = 0; k < y.shape.c; ++k) {
            const real right = k == int(labels(n, 0, 0, 0)) ? real{1} : real{0};
            dy(n, 0, 0, k) = (right - std::exp(-y(n, 0, 0, k)) / sum) / real(y.shape.n);
        }
    }
    return dy;
}

}  // namespace cnn::naive
