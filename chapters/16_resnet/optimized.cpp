// One pass over memory, two over the cache.
//
// Mean and variance seem to take two passes over the map: the variance needs the mean first.  Here blocks of
// pixels that fit the first-level cache each find their own mean and, read again from the cache, their
// squares around it; blocks are then joined exactly (Chan, Golub and LeVeque 1979).  Channels lie in lanes.
// Inside a block sums are of a few hundred numbers, across blocks they are in double: 25 million ones have
// the mean 1.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"

namespace cnn::optimized {

namespace {

constexpr int block_numbers = 1 << 12;  // 16 KB: with a second map beside it, a first-level cache

// All pixels of a view one behind the other; a copy where they are not.
class Pixels {
public:
    explicit Pixels(View x) : view_(x) {
        if (!x.contiguous()) view_ = copy_.emplace(x);
        block_ = std::max(1, block_numbers / std::max(1, x.shape.c));
    }
    std::int64_t count() const { return std::int64_t{view_.shape.n} * view_.shape.h * view_.shape.w; }
    int blocks() const { return int((count() + block_ - 1) / block_); }
    /// The first pixel of a block, and how many it has.
    const real* block(int b) const { return view_.data + std::int64_t{b} * block_ * view_.shape.c; }
    int size(int b) const { return int(std::min<std::int64_t>(block_, count() - std::int64_t{b} * block_)); }

private:
    View view_;
    std::optional<Tensor> copy_;
    int block_;
};

// [sums]
// sums[c] += term(p, c) over the pixels of a block, four at a time.
template <class Term>
void add_pixels(int pixels, int channels, real* sums, const Term& term) {
    int p = 0;
    for (; p + 4 <= pixels; p += 4)
        for (int c = 0; c < channels; ++c)
            sums[c] += (term(p, c) + term(p + 1, c)) + (term(p + 2, c) + term(p + 3, c));
    for (; p < pixels; ++p)
        for (int c = 0; c < channels; ++c) sums[c] += term(p, c);
}
// [sums]

// gamma / deviation of each channel.
std::vector<real> scales(const Moments& moments, View weight, double epsilon) {
    std::vector<real> all(std::size_t(weight.shape.c));
    for (std::size_t c = 0; c < all.size(); ++c)
        all[c] = real(double(weight.data[c]) / std::sqrt(double(moments.variance.flat()[c]) + epsilon));
    return all;
}

}  // namespace

// [moments]
Moments moments(View x) {
    const Pixels pixels(x);
    const int C = x.shape.c, blocks = pixels.blocks();
    Tensor sums({.h = blocks, .c = C}), squares({.h = blocks, .c = C});
    parallel_for(blocks, [&, to_sums = sums.view(), to_squares = squares.view()](int b) {
        const real* from = pixels.block(b);
        const int size = pixels.size(b);
        real *sum = to_sums.pixel(0, b, 0), *square = to_squares.pixel(0, b, 0);
        add_pixels(size, C, sum, [=](int p, int c) { return from[p * C + c]; });
        std::vector<real> mean(sum, sum + C);
        for (real& value : mean) value /= real(size);
        add_pixels(size, C, square, [=, mean = mean.data()](int p, int c) {
            const real apart = from[p * C + c] - mean[c];
            return apart * apart;
        });
    });

    // Joins blocks in their order: the squares around the common mean.
    Moments all{Tensor({.c = C}), Tensor({.c = C})};
    const double m = double(pixels.count());
    for (int c = 0; c < C && m > 0; ++c) {
        double sum = 0, around = 0;
        for (int b = 0; b < blocks; ++b) sum += double(sums(0, b, 0, c));
        const double mean = sum / m;
        for (int b = 0; b < blocks; ++b) {
            const double apart = double(sums(0, b, 0, c)) / pixels.size(b) - mean;
            around += double(squares(0, b, 0, c)) + pixels.size(b) * apart * apart;
        }
        all.mean(0, 0, 0, c) = real(mean);
        all.variance(0, 0, 0, c) = real(around / m);
    }
    return all;
}
// [moments]

// [normalise]
void batch_norm_into(View x, const Moments& moments, const Affine& affine, double epsilon, MutableView y) {
    require_normalised(x.shape, moments, affine);
    const int C = x.shape.c;
    const std::vector<real> scale = scales(moments, affine.weight, epsilon);
    const real *mean = moments.mean.flat().data(), *shift = affine.bias.data;
    parallel_for(x.rows(), [&](int r) {
        const View from = x.row(r);
        const MutableView to = y.row(r);
        for (int j = 0; j < x.shape.w; ++j) {
            const real* in = from.pixel(0, 0, j);
            real* out = to.pixel(0, 0, j);
            for (int c = 0; c < C; ++c) out[c] = scale[std::size_t(c)] * (in[c] - mean[c]) + shift[c];
        }
    });
}
// [normalise]

Tensor batch_norm(View x, const Moments& moments, const Affine& affine, double epsilon) {
    Tensor y = Tensor::uninitialized(x.shape);
    batch_norm_into(x, moments, affine, epsilon, y);
    return y;
}

// [backward]
BatchNormGradients batch_norm_backward(View dy, View x, const Moments& moments, View weight, double epsilon,
                                       bool of_batch) {
    const Pixels pixels(x), gradients(dy);
    const int C = x.shape.c, blocks = pixels.blocks();
    const real* mean = moments.mean.flat().data();

    // Sums of dy, and of dy times the distance from the mean.
    Tensor sums({.h = blocks, .c = C}), products({.h = blocks, .c = C});
    parallel_for(blocks, [&, to_sums = sums.view(), to_products = products.view()](int b) {
        const real *from = pixels.block(b), *d = gradients.block(b);
        add_pixels(pixels.size(b), C, to_sums.pixel(0, b, 0), [=](int p, int c) { return d[p * C + c]; });
        add_pixels(pixels.size(b), C, to_products.pixel(0, b, 0),
                   [=](int p, int c) { return d[p * C + c] * (from[p * C + c] - mean[c]); });
    });
    BatchNormGradients result{Tensor::uninitialized(x.shape), Tensor({.c = C}), Tensor({.c = C})};
    const std::vector<real> scale = scales(moments, weight, epsilon);
    std::vector<real> constant(std::size_t(C), 0), slope(std::size_t(C), 0);
    const double m = double(pixels.count());
    for (int c = 0; c < C; ++c) {
        double sum = 0, product = 0;
        for (int b = 0; b < blocks; ++b) {
            sum += double(sums(0, b, 0, c));
            product += double(products(0, b, 0, c));
        }
        const double variance = double(moments.variance(0, 0, 0, c)) + epsilon;
        result.bias(0, 0, 0, c) = real(sum);
        result.weight(0, 0, 0, c) = real(product / std::sqrt(variance));
        if (!of_batch || m == 0) continue;
        constant[std::size_t(c)] = real(sum / m);
        slope[std::size_t(c)] = real(product / variance / m);
    }

    // dx = scale (dy - constant - slope (x - mean)).
    real* to = result.x.flat().data();
    parallel_for(blocks, [&](int b) {
        const real *from = pixels.block(b), *d = gradients.block(b);
        real* out = to + (from - pixels.block(0));
        for (int p = 0; p < pixels.size(b); ++p)
            for (int c = 0; c < C; ++c) {
                const auto k = std::size_t(c);
                out[p * C + c] =
                    scale[k] * (d[p * C + c] - constant[k] - slope[k] * (from[p * C + c] - mean[c]));
            }
    });
    return result;
}
// [backward]

}  // namespace cnn::optimized
