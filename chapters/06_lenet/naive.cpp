// A dense layer and the loss of a classifier, forward and backward: the chain rule written out.
#include <algorithm>
#include <cmath>

#include "dense.hpp"
#include "loss.hpp"

namespace cnn::naive {

// [dense]
Tensor dense(View x, View w, View b) {
    Tensor y(dense_shape(x.shape, w.shape));
    const auto [N, H, W, C] = x.shape;
    for (int n = 0; n < N; ++n)
        for (int o = 0; o < w.shape.c; ++o) {
            real sum = b.empty() ? real{0} : b(0, 0, 0, o);
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j)
                    for (int c = 0; c < C; ++c) sum += x(n, i, j, c) * w(i, j, c, o);
            y(n, 0, 0, o) = sum;
        }
    return y;
}
// [dense]

// [dense_backward]
// dL/dx(i, j, c) = sum_o dL/dy(o) w(i, j, c, o)
Tensor dense_backward_input(View dy, View w, const Shape& x) {
    Tensor dx(x);
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j)
                for (int c = 0; c < x.c; ++c)
                    for (int o = 0; o < w.shape.c; ++o) dx(n, i, j, c) += dy(n, 0, 0, o) * w(i, j, c, o);
    return dx;
}

// dL/dw(i, j, c, o) = sum_n dL/dy(n, o) x(n, i, j, c)
Tensor dense_backward_weights(View dy, View x, const Shape& w) {
    Tensor dw(w);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < w.n; ++i)
            for (int j = 0; j < w.h; ++j)
                for (int c = 0; c < w.w; ++c)
                    for (int o = 0; o < w.c; ++o) dw(i, j, c, o) += dy(n, 0, 0, o) * x(n, i, j, c);
    return dw;
}
// [dense_backward]

// [softmax]
Tensor softmax(View z) {
    Tensor p(z.shape);
    const auto [N, H, W, C] = z.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                real largest = z(n, i, j, 0), sum = 0;  // e^z overflows; e^(z - largest) does not
                for (int k = 0; k < C; ++k) largest = std::max(largest, z(n, i, j, k));
                for (int k = 0; k < C; ++k) sum += std::exp(z(n, i, j, k) - largest);
                for (int k = 0; k < C; ++k) p(n, i, j, k) = std::exp(z(n, i, j, k) - largest) / sum;
            }
    return p;
}
// [softmax]

// dL/dz_k = p_k (dL/dp_k - sum_i p_i dL/dp_i)
Tensor softmax_backward(View dp, View p) {
    Tensor dz(p.shape);
    const auto [N, H, W, C] = p.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                real mean = 0;
                for (int k = 0; k < C; ++k) mean += p(n, i, j, k) * dp(n, i, j, k);
                for (int k = 0; k < C; ++k) dz(n, i, j, k) = p(n, i, j, k) * (dp(n, i, j, k) - mean);
            }
    return dz;
}

// [cross_entropy]
real softmax_cross_entropy(View z, View labels) {
    require_labels("softmax_cross_entropy", z, labels);
    const Tensor p = softmax(z);
    const auto [N, H, W, C] = z.shape;
    real sum = 0;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) sum -= std::log(p(n, i, j, int(labels(n, i, j, 0))));
    return sum / real(N * H * W);
}
// [cross_entropy]

// [cross_entropy_backward]
// First through the logarithm, dL/dp_label = -1 / (N p_label), then through the softmax.
Tensor softmax_cross_entropy_backward(View z, View labels) {
    require_labels("softmax_cross_entropy", z, labels);
    const Tensor p = softmax(z);
    Tensor dp(z.shape);
    const auto [N, H, W, C] = z.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const int label = int(labels(n, i, j, 0));
                dp(n, i, j, label) = -1 / (real(N * H * W) * p(n, i, j, label));
            }
    return softmax_backward(dp, p);
}
// [cross_entropy_backward]

}  // namespace cnn::naive
