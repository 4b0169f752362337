// Two products of matrices a step: forward, and the gradient of the weights.
#include "linear_classifier.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/kernels/product.hpp"

namespace cnn {

namespace {

// Examples as the rows of a matrix.
View rows(View features) {
    require(features.contiguous(), "linear classifier: features must lie side by side");
    const int count = features.shape.n, size = features.shape.h * features.shape.w * features.shape.c;
    return {features.data, {1, 1, count, size}, 0, 0, size};
}

Matrix matrix(const Tensor& w) { return {w.flat().data(), w.shape().w, w.shape().c, w.shape().c}; }

}  // namespace

// [gradient]
void softmax_gradient(MutableView logits, const int* labels) {
    const auto [n, h, count, classes] = logits.shape;
    for (int i = 0; i < count; ++i) {
        real* y = logits.pixel(0, 0, i);
        const real most = *std::max_element(y, y + classes);
        real sum = 0;
        for (int k = 0; k < classes; ++k) sum += y[k] = std::exp(y[k] - most);
        for (int k = 0; k < classes; ++k) y[k] /= sum;
        y[labels[i]] -= 1;
        for (int k = 0; k < classes; ++k) y[k] /= real(count);
    }
}
// [gradient]

LinearClassifier train_linear(View features, const std::vector<int>& labels, int classes,
                              const LinearTraining& training) {
    const View x = rows(features);
    const int count = x.shape.w, size = x.shape.c;
    require(count > 0 && labels.size() == std::size_t(count), "linear classifier: ", count, " examples and ",
            labels.size(), " labels; each needs one");
    for (const int label : labels)
        require(0 <= label && label < classes, "linear classifier: a label ", label, " of ", classes,
                " classes");
    LinearClassifier net{Tensor({.w = size, .c = classes}), Tensor({.c = classes})};
    Tensor velocity(net.w.shape()), bias_velocity(net.b.shape()), gradient(net.w.shape());

    std::vector<int> order(labels.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = int(i);
    const int batch = std::min(training.batch, count), steps = count / batch, all = steps * training.epochs;
    Tensor chosen({.w = batch, .c = size}), y({.w = batch, .c = classes});
    std::vector<int> wanted(static_cast<std::size_t>(batch));
    for (int epoch = 0, step = 0; epoch < training.epochs; ++epoch) {
        Random random = Random::stream(training.seed, std::uint64_t(epoch));
        random.shuffle(std::span(order));
        for (int s = 0; s < steps; ++s, ++step) {
            // The minibatch.
            for (int i = 0; i < batch; ++i) {
                const int which = order[std::size_t(s * batch + i)];
                std::copy_n(x.pixel(0, 0, which), size, chosen.view().pixel(0, 0, i));
                wanted[std::size_t(i)] = labels[std::size_t(which)];
            }
            // Forward, and back: dw = x^T dy.
            multiply(chosen, Panels(matrix(net.w)), {.bias = net.b}, y);
            softmax_gradient(y, wanted.data());
            const Matrix examples{chosen.flat().data(), batch, size, size};
            multiply(examples.transposed(), Panels(matrix(y)), {}, gradient);
            // Downhill, less and less far.
            const real rate =
                training.rate * real(0.5 + 0.5 * std::cos(std::numbers::pi * step / std::max(1, all)));
            for (std::size_t i = 0; i < gradient.flat().size(); ++i) {
                real& v = velocity.flat()[i];
                v = training.momentum * v + gradient.flat()[i] + training.decay * net.w.flat()[i];
                net.w.flat()[i] -= rate * v;
            }
            for (int k = 0; k < classes; ++k) {
                real sum = 0;
                for (int i = 0; i < batch; ++i) sum += y(0, 0, i, k);
                real& v = bias_velocity(0, 0, 0, k);
                v = training.momentum * v + sum;
                net.b(0, 0, 0, k) -= rate * v;
            }
        }
    }
    return net;
}

Tensor logits(const LinearClassifier& classifier, View features) {
    const View x = rows(features);
    Tensor y({.w = x.shape.w, .c = classifier.b.shape().c});
    multiply(x, Panels(matrix(classifier.w)), {.bias = classifier.b}, y);
    return y;
}

double mean_loss(const LinearClassifier& classifier, View features, const std::vector<int>& labels) {
    const Tensor y = logits(classifier, features);
    const int classes = y.shape().c;
    double loss = 0;
    for (int i = 0; i < y.shape().w; ++i) {
        const real* of = y.view().pixel(0, 0, i);
        const double most = double(*std::max_element(of, of + classes));
        double sum = 0;
        for (int k = 0; k < classes; ++k) sum += std::exp(double(of[k]) - most);
        loss += std::log(sum) + most - double(of[labels[std::size_t(i)]]);
    }
    return loss / y.shape().w;
}

double accuracy(const LinearClassifier& classifier, View features, const std::vector<int>& labels) {
    const Tensor y = logits(classifier, features);
    int right = 0;
    for (int i = 0; i < y.shape().w; ++i) {
        const real* of = y.view().pixel(0, 0, i);
        right += int(std::max_element(of, of + y.shape().c) - of) == labels[std::size_t(i)];
    }
    return double(right) / y.shape().w;
}

}  // namespace cnn
