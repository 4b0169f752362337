// The fused softmax-loss.
//
//   1. naive   probabilities, their logarithm, and backward through both again
//   2. fused   log sum_i e^{z_i - m} is all the loss needs, and (p - onehot) / N is all its gradient is
//
// Besides the time it saves the fused form cannot fail: the naive one takes log 0 once a logit trails by 104.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "common/machine/parallel.hpp"
#include "loss.hpp"

namespace cnn::optimized {

namespace {

// Calls body(n, i, j) for every position; images are shared out where there is enough to do.
template <class Body>
void for_each_position(const Shape& s, const Body& body) {
    const auto image = [&](int n) {
        for (int i = 0; i < s.h; ++i)
            for (int j = 0; j < s.w; ++j) body(n, i, j);
    };
    if (s.size() < 4096)
        for (int n = 0; n < s.n; ++n) image(n);
    else
        parallel_for(s.n, image);
}

real largest_of(const real* z, int count) { return *std::max_element(z, z + count); }

// to = e^{z - largest}; returns the sum.
real exponentials(const real* z, int count, real* to) {
    const real largest = largest_of(z, count);
    for (int k = 0; k < count; ++k) to[k] = std::exp(z[k] - largest);
    return std::accumulate(to, to + count, real{0});
}

}  // namespace

Tensor softmax(View z) {
    Tensor p = Tensor::uninitialized(z.shape);
    for_each_position(z.shape, [&, to = p.view()](int n, int i, int j) {
        real* probabilities = to.pixel(n, i, j);
        const real sum = exponentials(z.pixel(n, i, j), z.shape.c, probabilities);
        for (int k = 0; k < z.shape.c; ++k) probabilities[k] /= sum;
    });
    return p;
}

Tensor softmax_backward(View dp, View p) {
    Tensor dz = Tensor::uninitialized(p.shape);
    for_each_position(p.shape, [&, to = dz.view()](int n, int i, int j) {
        const real* a = p.pixel(n, i, j);
        const real* b = dp.pixel(n, i, j);
        const real mean = std::inner_product(a, a + p.shape.c, b, real{0});
        for (int k = 0; k < p.shape.c; ++k) to.pixel(n, i, j)[k] = a[k] * (b[k] - mean);
    });
    return dz;
}

// [fused]
real softmax_cross_entropy(View z, View labels) {
    require_labels("softmax_cross_entropy", z, labels);
    const Shape& s = z.shape;
    Tensor losses = Tensor::uninitialized({s.n, s.h, s.w, 1});
    for_each_position(s, [&, to = losses.view()](int n, int i, int j) {
        const real* logits = z.pixel(n, i, j);
        const real largest = largest_of(logits, s.c);
        real sum = 0;
        for (int k = 0; k < s.c; ++k) sum += std::exp(logits[k] - largest);
        to(n, i, j, 0) = std::log(sum) - (logits[int(labels(n, i, j, 0))] - largest);
    });
    const double all = std::accumulate(losses.flat().begin(), losses.flat().end(), 0.0);
    return real(all / double(losses.flat().size()));
}

Tensor softmax_cross_entropy_backward(View z, View labels) {
    require_labels("softmax_cross_entropy", z, labels);
    const Shape& s = z.shape;
    const real positions = real(s.n) * real(s.h) * real(s.w);
    Tensor dz = Tensor::uninitialized(s);
    for_each_position(s, [&, to = dz.view()](int n, int i, int j) {
        real* gradient = to.pixel(n, i, j);
        const real sum = exponentials(z.pixel(n, i, j), s.c, gradient);
        for (int k = 0; k < s.c; ++k) gradient[k] /= sum * positions;
        gradient[int(labels(n, i, j, 0))] -= 1 / positions;
    });
    return dz;
}
// [fused]

}  // namespace cnn::optimized
