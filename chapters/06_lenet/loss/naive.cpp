// Softmax and the loss of a classifier, forward and backward.
#include <algorithm>
#include <cmath>

#include "common/kernels/epilogue.hpp"
#include "loss/loss.hpp"

namespace cnn::naive {

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
    require_gradient("softmax", dp, p.shape);
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
    double sum = 0;  // of more terms than a float can count
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) sum -= double(std::log(p(n, i, j, int(labels(n, i, j, 0)))));
    return real(sum / double(labels.shape.size()));
}
// [cross_entropy]

// [cross_entropy_backward]
// First through the logarithm, dL/dp_label = -1 / (N p_label), then through the softmax.
Tensor softmax_cross_entropy_backward(View z, View labels) {
    require_labels("softmax_cross_entropy", z, labels);
    const Tensor p = softmax(z);
    Tensor dp(z.shape);
    const auto [N, H, W, C] = z.shape;
    const real positions = real(labels.shape.size());
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const int label = int(labels(n, i, j, 0));
                dp(n, i, j, label) = -1 / (positions * p(n, i, j, label));
            }
    return softmax_backward(dp, p);
}
// [cross_entropy_backward]

Tensor log_softmax(View z) {
    Tensor l(z.shape);
    const auto [N, H, W, C] = z.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                real largest = z(n, i, j, 0), sum = 0;
                for (int k = 0; k < C; ++k) largest = std::max(largest, z(n, i, j, k));
                for (int k = 0; k < C; ++k) sum += std::exp(z(n, i, j, k) - largest);
                for (int k = 0; k < C; ++k) l(n, i, j, k) = z(n, i, j, k) - largest - std::log(sum);
            }
    return l;
}

// dL/dz_k = dL/dl_k - e^{l_k} sum_i dL/dl_i
Tensor log_softmax_backward(View dl, View l) {
    require_gradient("log_softmax", dl, l.shape);
    Tensor dz(l.shape);
    const auto [N, H, W, C] = l.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                real sum = 0;
                for (int k = 0; k < C; ++k) sum += dl(n, i, j, k);
                for (int k = 0; k < C; ++k) dz(n, i, j, k) = dl(n, i, j, k) - std::exp(l(n, i, j, k)) * sum;
            }
    return dz;
}

Tensor cross_entropy(View z, View labels, const CrossEntropy& loss) {
    require_labels("softmax_cross_entropy", z, labels, loss);
    const Tensor p = softmax(z);
    Tensor losses(labels.shape), one(Shape{});
    const auto [N, H, W, C] = z.shape;
    double sum = 0;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const real label = labels(n, i, j, 0);
                if (!counts(loss, label)) continue;
                losses(n, i, j, 0) = -weight_of(loss, label) * std::log(p(n, i, j, int(label)));
                sum += double(losses(n, i, j, 0));
            }
    if (loss.reduction == Reduction::none) return losses;
    one(0, 0, 0, 0) = real(sum / divisor(loss, labels));
    return one;
}

Tensor cross_entropy_backward(View dloss, View z, View labels, const CrossEntropy& loss) {
    require_labels("softmax_cross_entropy", z, labels, loss);
    const bool each = loss.reduction == Reduction::none;
    require_gradient("softmax_cross_entropy", dloss, each ? labels.shape : Shape{});
    const Tensor p = softmax(z);
    Tensor dp(z.shape);
    const auto [N, H, W, C] = z.shape;
    const real all = real(divisor(loss, labels));
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const real label = labels(n, i, j, 0), from = each ? dloss(n, i, j, 0) : dloss(0, 0, 0, 0);
                if (counts(loss, label))
                    dp(n, i, j, int(label)) = -weight_of(loss, label) * from / (all * p(n, i, j, int(label)));
            }
    return softmax_backward(dp, p);
}

}  // namespace cnn::naive
