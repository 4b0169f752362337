// Local response normalisation, as the paper writes it.
#include <algorithm>
#include <cmath>

#include "local_response.hpp"

namespace cnn {

namespace {

// [naive]
/// d(c) of one pixel.
real divisor(View x, int n, int i, int j, int c, const LocalResponse& options) {
    const int first = std::max(0, c - options.n / 2), last = std::min(x.shape.c - 1, c + options.n / 2);
    real sum = 0;
    for (int other = first; other <= last; ++other) sum += x(n, i, j, other) * x(n, i, j, other);
    return real(options.k) + real(options.alpha) * sum;
}

}  // namespace

Tensor naive::local_response(View x, const LocalResponse& options) {
    require_window(options);
    Tensor y(x.shape);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c)
                    y(n, i, j, c) =
                        x(n, i, j, c) / std::pow(divisor(x, n, i, j, c, options), real(options.beta));
    return y;
}
// [naive]

// x(c) stands above its own line, and in the divisor of each neighbour.
Tensor naive::local_response_backward(View dy, View x, const LocalResponse& options) {
    require_window(options);
    require_same("gradient", dy.shape, x.shape);
    Tensor dx(x.shape);
    const real beta = real(options.beta), alpha = real(options.alpha);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c) {
                    const int first = std::max(0, c - options.n / 2),
                              last = std::min(x.shape.c - 1, c + options.n / 2);
                    real sum = 0;
                    for (int other = first; other <= last; ++other)
                        sum += dy(n, i, j, other) * x(n, i, j, other) *
                               std::pow(divisor(x, n, i, j, other, options), -beta - 1);
                    dx(n, i, j, c) = dy(n, i, j, c) * std::pow(divisor(x, n, i, j, c, options), -beta) -
                                     2 * alpha * beta * x(n, i, j, c) * sum;
                }
    return dx;
}

}  // namespace cnn
