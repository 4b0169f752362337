/// @file  Batch normalisation as the paper's formulas read, channel by channel.
#include <cmath>

#include "batch_norm.hpp"

namespace cnn::naive {

namespace {

/// Calls body(n, i, j) for every pixel.
template <class Body>
void for_each_pixel(const Shape& s, const Body& body) {
    for (int n = 0; n < s.n; ++n)
        for (int i = 0; i < s.h; ++i)
            for (int j = 0; j < s.w; ++j) body(n, i, j);
}

}  // namespace

// [naive]
Moments moments(View x) {
    const auto [N, H, W, C] = x.shape;
    const double m = double(N) * H * W;
    Moments all{Tensor({.c = C}), Tensor({.c = C})};
    for (int c = 0; c < C && m > 0; ++c) {
        double sum = 0, squares = 0;
        for_each_pixel(x.shape, [&](int n, int i, int j) { sum += double(x(n, i, j, c)); });
        const double mean = sum / m;
        for_each_pixel(x.shape, [&, c = c](int n, int i, int j) {
            squares += (double(x(n, i, j, c)) - mean) * (double(x(n, i, j, c)) - mean);
        });
        all.mean(0, 0, 0, c) = real(mean);
        all.variance(0, 0, 0, c) = real(squares / m);
    }
    return all;
}

Tensor batch_norm(View x, const Moments& moments, const Affine& affine, double epsilon) {
    require_normalised(x.shape, moments, affine);
    Tensor y(x.shape);
    for (int c = 0; c < x.shape.c; ++c) {
        const real mean = moments.mean(0, 0, 0, c), gamma = affine.weight(0, 0, 0, c),
                   beta = affine.bias(0, 0, 0, c);
        const real deviation = std::sqrt(moments.variance(0, 0, 0, c) + real(epsilon));
        for_each_pixel(x.shape, [&](int n, int i, int j) {
            y(n, i, j, c) = gamma * (x(n, i, j, c) - mean) / deviation + beta;
        });
    }
    return y;
}
// [naive]

// [naive_backward]
BatchNormGradients batch_norm_backward(View dy, View x, const Moments& moments, View weight, double epsilon,
                                       bool of_batch) {
    const auto [N, H, W, C] = x.shape;
    const double m = double(N) * H * W;
    BatchNormGradients d{Tensor(x.shape), Tensor({.c = C}), Tensor({.c = C})};
    for (int c = 0; c < C; ++c) {
        const double mean = double(moments.mean(0, 0, 0, c)),
                     deviation = std::sqrt(double(moments.variance(0, 0, 0, c)) + epsilon);
        const auto normal = [&, c = c](int n, int i, int j) {
            return (double(x(n, i, j, c)) - mean) / deviation;
        };
        double to_beta = 0, to_gamma = 0;
        for_each_pixel(x.shape, [&, c = c](int n, int i, int j) {
            to_beta += double(dy(n, i, j, c));
            to_gamma += double(dy(n, i, j, c)) * normal(n, i, j);
        });
        d.bias(0, 0, 0, c) = real(to_beta);
        d.weight(0, 0, 0, c) = real(to_gamma);

        // A pixel moves its own result, and through mean and variance those of all pixels.
        const double gamma = double(weight(0, 0, 0, c));
        for_each_pixel(x.shape, [&, c = c](int n, int i, int j) {
            double here = double(dy(n, i, j, c));
            if (of_batch) here -= to_beta / m + normal(n, i, j) * to_gamma / m;
            d.x(n, i, j, c) = real(gamma / deviation * here);
        });
    }
    return d;
}
// [naive_backward]

}  // namespace cnn::naive
