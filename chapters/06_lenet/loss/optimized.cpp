// The fused softmax-loss.
//
//   1. naive   probabilities, their logarithm, and backward through both again
//   2. fused   log sum_i e^{z_i - m} is all the loss needs, and (p - onehot) / N is all its gradient is
//
// Besides the time it saves the fused form cannot fail: the naive one takes log 0 once a logit trails by 104.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/kernels/epilogue.hpp"
#include "common/machine/parallel.hpp"
#include "loss/loss.hpp"

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
    require_gradient("softmax", dp, p.shape);
    Tensor dz = Tensor::uninitialized(p.shape);
    for_each_position(p.shape, [&, to = dz.view()](int n, int i, int j) {
        const real* a = p.pixel(n, i, j);
        const real* b = dp.pixel(n, i, j);
        const real mean = std::inner_product(a, a + p.shape.c, b, real{0});
        for (int k = 0; k < p.shape.c; ++k) to.pixel(n, i, j)[k] = a[k] * (b[k] - mean);
    });
    return dz;
}

Tensor log_softmax(View z) {
    Tensor l = Tensor::uninitialized(z.shape);
    for_each_position(z.shape, [&, to = l.view()](int n, int i, int j) {
        const real* logits = z.pixel(n, i, j);
        real* logarithms = to.pixel(n, i, j);
        const real largest = largest_of(logits, z.shape.c),
                   sum = std::log(exponentials(logits, z.shape.c, logarithms));
        for (int k = 0; k < z.shape.c; ++k) logarithms[k] = logits[k] - largest - sum;
    });
    return l;
}

Tensor log_softmax_backward(View dl, View l) {
    require_gradient("log_softmax", dl, l.shape);
    Tensor dz = Tensor::uninitialized(l.shape);
    for_each_position(l.shape, [&, to = dz.view()](int n, int i, int j) {
        const real* a = l.pixel(n, i, j);
        const real* b = dl.pixel(n, i, j);
        const real sum = std::accumulate(b, b + l.shape.c, real{0});
        for (int k = 0; k < l.shape.c; ++k) to.pixel(n, i, j)[k] = b[k] - std::exp(a[k]) * sum;
    });
    return dz;
}

// [fused]
Tensor cross_entropy(View z, View labels, const CrossEntropy& loss) {
    require_labels("softmax_cross_entropy", z, labels, loss);
    Tensor losses(labels.shape), one(Shape{});
    for_each_position(z.shape, [&, to = losses.view()](int n, int i, int j) {
        const real label = labels(n, i, j, 0);
        if (!counts(loss, label)) return;
        const real* logits = z.pixel(n, i, j);
        const real largest = largest_of(logits, z.shape.c);
        real sum = 0;
        for (int k = 0; k < z.shape.c; ++k) sum += std::exp(logits[k] - largest);
        to(n, i, j, 0) = weight_of(loss, label) * (std::log(sum) - (logits[int(label)] - largest));
    });
    if (loss.reduction == Reduction::none) return losses;
    const double all = std::accumulate(losses.flat().begin(), losses.flat().end(), 0.0);
    one(0, 0, 0, 0) = real(all / divisor(loss, labels));
    return one;
}

Tensor cross_entropy_backward(View dloss, View z, View labels, const CrossEntropy& loss) {
    require_labels("softmax_cross_entropy", z, labels, loss);
    const bool each = loss.reduction == Reduction::none;
    require_gradient("softmax_cross_entropy", dloss, each ? labels.shape : Shape{});
    const real all = real(divisor(loss, labels));
    Tensor dz(z.shape);
    for_each_position(z.shape, [&, to = dz.view()](int n, int i, int j) {
        const real label = labels(n, i, j, 0), from = each ? dloss(n, i, j, 0) : dloss(0, 0, 0, 0);
        if (!counts(loss, label)) return;
        real* gradient = to.pixel(n, i, j);
        const real sum = exponentials(z.pixel(n, i, j), z.shape.c, gradient);
        const real share = all / weight_of(loss, label);  // of one position: 1 / share of the whole
        for (int k = 0; k < z.shape.c; ++k) gradient[k] /= sum * share;
        gradient[int(label)] -= 1 / share;
        for (int k = 0; k < z.shape.c; ++k) gradient[k] *= from;
    });
    return dz;
}
// [fused]

real softmax_cross_entropy(View z, View labels) { return cross_entropy(z, labels, {})(0, 0, 0, 0); }

Tensor softmax_cross_entropy_backward(View z, View labels) {
    Tensor one(Shape{});
    fill(one, 1);
    return cross_entropy_backward(one, z, labels, {});
}

}  // namespace cnn::optimized
