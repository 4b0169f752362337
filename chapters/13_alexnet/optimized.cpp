// Local response normalisation, a pixel at a time: squares once, and roots for the power.
#include <cmath>
#include <vector>

#include "common/machine/parallel.hpp"
#include "local_response.hpp"

namespace cnn {

namespace {

// [optimized]
/// One pixel's channels with n / 2 zeros before and behind, so that no window has an end.
class Padded {
public:
    Padded(int channels, int n) : channels_(channels), n_(n), numbers_(std::size_t(channels + n - 1)) {}
    real* channels() { return numbers_.data() + n_ / 2; }
    /// Writes the sum of the window around each channel.
    void sums(real* to) const {
        for (int c = 0; c < channels_; ++c) to[c] = 0;
        for (int m = 0; m < n_; ++m)
            for (int c = 0; c < channels_; ++c) to[c] += numbers_[std::size_t(c + m)];
    }

private:
    int channels_, n_;
    std::vector<real> numbers_;
};

/// d^-beta.  The paper's 3/4 are two square roots, which vector registers have; other powers take longer.
void inverse_powers(const real* d, double beta, int channels, real* to) {
    if (beta == 0.75)
        for (int c = 0; c < channels; ++c) to[c] = 1 / (std::sqrt(d[c]) * std::sqrt(std::sqrt(d[c])));
    else
        for (int c = 0; c < channels; ++c) to[c] = std::pow(d[c], real(-beta));
}

void divisors(const real* x, const LocalResponse& options, int channels, real* d) {
    Padded squares(channels, options.n);
    for (int c = 0; c < channels; ++c) squares.channels()[c] = x[c] * x[c];
    squares.sums(d);
    for (int c = 0; c < channels; ++c) d[c] = real(options.k) + real(options.alpha) * d[c];
}

}  // namespace

void optimized::local_response_into(View x, const LocalResponse& options, MutableView y) {
    require_window(options);
    require_same("output", y.shape, x.shape);
    const int channels = x.shape.c;
    parallel_for(x.rows(), [&](int r) {
        std::vector<real> d(std::size_t(channels), 0), power = d;
        for (int j = 0; j < x.shape.w; ++j) {
            const real* from = x.row(r).pixel(0, 0, j);
            real* to = y.row(r).pixel(0, 0, j);
            divisors(from, options, channels, d.data());
            inverse_powers(d.data(), options.beta, channels, power.data());
            for (int c = 0; c < channels; ++c) to[c] = from[c] * power[std::size_t(c)];
        }
    });
}
// [optimized]

Tensor optimized::local_response(View x, const LocalResponse& options) {
    Tensor y = Tensor::uninitialized(x.shape);
    local_response_into(x, options, y);
    return y;
}

void optimized::local_response_backward_into(View dy, View x, const LocalResponse& options, MutableView dx) {
    require_window(options);
    require_same("gradient", dy.shape, x.shape);
    require_same("input's gradient", dx.shape, x.shape);
    const int channels = x.shape.c;
    const real factor = real(2 * options.alpha * options.beta);
    parallel_for(x.rows(), [&](int r) {
        std::vector<real> d(std::size_t(channels), 0), power = d, sums = d;
        Padded shares(channels, options.n);
        for (int j = 0; j < x.shape.w; ++j) {
            const real *from = x.row(r).pixel(0, 0, j), *gradient = dy.row(r).pixel(0, 0, j);
            real* to = dx.row(r).pixel(0, 0, j);
            divisors(from, options, channels, d.data());
            inverse_powers(d.data(), options.beta, channels, power.data());
            for (int c = 0; c < channels; ++c)
                shares.channels()[c] = gradient[c] * from[c] * power[std::size_t(c)] / d[std::size_t(c)];
            shares.sums(sums.data());
            for (int c = 0; c < channels; ++c)
                to[c] = gradient[c] * power[std::size_t(c)] - factor * from[c] * sums[std::size_t(c)];
        }
    });
}

Tensor optimized::local_response_backward(View dy, View x, const LocalResponse& options) {
    Tensor dx = Tensor::uninitialized(x.shape);
    local_response_backward_into(dy, x, options, dx);
    return dx;
}

}  // namespace cnn
