// Softmax and the loss as nodes of a network.
#include <cmath>

#include "common/base/error.hpp"
#include "common/graph/operation.hpp"
#include "loss/loss.hpp"

namespace cnn {

bool counts(const CrossEntropy& loss, real label) { return !loss.ignored || label != real(*loss.ignored); }

real weight_of(const CrossEntropy& loss, real label) {
    if (!counts(loss, label)) return 0;
    return loss.class_weights.empty() ? real{1} : loss.class_weights[std::size_t(label)];
}

double divisor(const CrossEntropy& loss, View labels) {
    if (loss.reduction != Reduction::mean) return 1;
    double sum = 0;
    for (int r = 0; r < labels.rows(); ++r)
        for (int j = 0; j < labels.shape.w; ++j) sum += double(weight_of(loss, labels.row(r)(0, 0, j, 0)));
    return sum;
}

void require_labels(const char* operation, View z, View labels, const CrossEntropy& loss) {
    require(labels.shape == Shape{z.shape.n, z.shape.h, z.shape.w, 1}, operation, ": the labels are ",
            labels.shape, ", the logits ", z.shape, "; one label for each image and position is needed");
    require(loss.class_weights.empty() || loss.class_weights.size() == std::size_t(z.shape.c), operation,
            ": there are ", loss.class_weights.size(), " class weights for ", z.shape.c,
            " classes; one for each is needed, or none");
    for (int n = 0; n < z.shape.n; ++n)
        for (int i = 0; i < z.shape.h; ++i)
            for (int j = 0; j < z.shape.w; ++j) {
                const real label = labels(n, i, j, 0);
                require(!counts(loss, label) ||
                            (label >= 0 && label < real(z.shape.c) && label == std::floor(label)),
                        operation, ": the label ", label, " of image ", n, " is no class; there are ",
                        z.shape.c, ", counted from 0");
            }
}

namespace {

/// Softmax or its logarithm: each position by itself, the gradient from the output alone.
class OverChannels : public Operation {
public:
    using Function = Tensor (*)(View);
    using Gradient = Tensor (*)(View, View);
    struct Pair {
        Function forward;
        Gradient backward;
    };
    OverChannels(std::string kind, Pair naive, Pair optimized)
        : kind_(std::move(kind)), naive_(naive), optimized_(optimized) {}

    std::string kind() const override { return kind_; }
    Shape output(const Shapes& z) const override { return z[0]; }
    Reads backward_reads() const override { return {.inputs = false, .output = true}; }

    void forward(const Forward& call, MutableView y) const override {
        copy(pair(call).forward(call.inputs[0]), y);
    }
    void backward(const Backward& call) const override {
        if (!call.input_gradients[0].empty())
            copy(pair(call).backward(call.output_gradient, call.output), call.input_gradients[0]);
    }

private:
    const Pair& pair(const Call& call) const {
        return call.mode.kernels == Kernels::naive ? naive_ : optimized_;
    }

    std::string kind_;
    Pair naive_, optimized_;
};

class SoftmaxCrossEntropy : public Operation {
public:
    explicit SoftmaxCrossEntropy(CrossEntropy loss) : loss_(std::move(loss)) {}

    std::string kind() const override { return "softmax_cross_entropy"; }
    Shape output(const Shapes& inputs) const override {
        const Shape &z = inputs[0], &labels = inputs[1];
        require(labels == Shape{z.n, z.h, z.w, 1}, "softmax_cross_entropy: the labels are ", labels,
                ", the logits ", z, "; one label for each image and position is needed");
        return loss_.reduction == Reduction::none ? labels : Shape{};
    }

    void forward(const Forward& call, MutableView loss) const override {
        const auto& of =
            call.mode.kernels == Kernels::naive ? naive::cross_entropy : optimized::cross_entropy;
        copy(of(call.inputs[0], call.inputs[1], loss_), loss);
    }
    void backward(const Backward& call) const override {
        require(call.input_gradients[1].empty(), "softmax_cross_entropy: labels have no gradient");
        if (call.input_gradients[0].empty()) return;
        const auto& of = call.mode.kernels == Kernels::naive ? naive::cross_entropy_backward
                                                             : optimized::cross_entropy_backward;
        copy(of(call.output_gradient, call.inputs[0], call.inputs[1], loss_), call.input_gradients[0]);
    }

private:
    CrossEntropy loss_;
};

}  // namespace

Node softmax(Node z, std::string name) {
    using Pair = OverChannels::Pair;
    return z.then(std::make_shared<OverChannels>("softmax", Pair{naive::softmax, naive::softmax_backward},
                                                 Pair{optimized::softmax, optimized::softmax_backward}),
                  std::move(name));
}

Node log_softmax(Node z, std::string name) {
    using Pair = OverChannels::Pair;
    return z.then(
        std::make_shared<OverChannels>("log_softmax", Pair{naive::log_softmax, naive::log_softmax_backward},
                                       Pair{optimized::log_softmax, optimized::log_softmax_backward}),
        std::move(name));
}

Node softmax_cross_entropy(Node z, Node labels, std::string name, const CrossEntropy& loss) {
    return z.graph->add(std::make_shared<SoftmaxCrossEntropy>(loss), {z, labels}, std::move(name));
}

}  // namespace cnn
