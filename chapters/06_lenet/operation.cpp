// A dense layer, softmax and the loss as nodes of a network.
#include <cmath>

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "loss.hpp"

namespace cnn {

Shape dense_shape(const Shape& x, const Shape& w) {
    require(x.h == w.n && x.w == w.h && x.c == w.w, "dense: the weights are for a map of ", w.n, 'x', w.h,
            'x', w.w, ", but the input is ", x.h, 'x', x.w, 'x', x.c,
            " for each image; a dense layer has one size of input");
    return {.n = x.n, .c = w.c};
}

void require_labels(const char* operation, View z, View labels) {
    require(labels.shape == Shape{z.shape.n, z.shape.h, z.shape.w, 1}, operation, ": the labels are ",
            labels.shape, ", the logits ", z.shape, "; one label for each image and position is needed");
    for (int n = 0; n < z.shape.n; ++n)
        for (int i = 0; i < z.shape.h; ++i)
            for (int j = 0; j < z.shape.w; ++j) {
                const real label = labels(n, i, j, 0);
                require(label >= 0 && label < real(z.shape.c) && label == std::floor(label), operation,
                        ": the label ", label, " of image ", n, " is no class; there are ", z.shape.c,
                        ", counted from 0");
            }
}

namespace {

class Dense : public Operation {
public:
    Dense(int units, const DenseOptions& options) : units_(units), options_(options) {
        require(units >= 1, "dense: ", units, " units asked for; at least 1 is needed");
    }

    std::string kind() const override { return "dense"; }
    Shape output(const Shapes& x) const override { return dense_shape(x[0], weight(x[0])); }
    std::vector<Parameter> parameters(const Shapes& x) const override {
        const Initialiser start =
            options_.initialiser.value_or(Initialiser::fan_in(std::int64_t{x[0].h} * x[0].w * x[0].c));
        std::vector<Parameter> all{{"weight", weight(x[0]), Layout::dense, start}};
        if (options_.bias) all.push_back({"bias", {.c = units_}, Layout::vector, start});
        return all;
    }
    std::int64_t multiply_adds(const Shapes& x) const override { return x[0].size() * units_; }
    Window window(const Shapes& /*inputs*/) const override { return {.padding = {}, .whole = true}; }

    void forward(const Forward& call, MutableView y) const override {
        const View b = options_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::dense(call.inputs[0], call.parameters[0], b), y);
        else
            optimized::dense_into(call.inputs[0], call.parameters[0], b, y);
    }
    void backward(const Backward& call) const override {
        const bool plain = call.mode.kernels == Kernels::naive;
        const View x = call.inputs[0], w = call.parameters[0], dy = call.output_gradient;
        if (!call.input_gradients[0].empty()) {
            const auto& of_input = plain ? naive::dense_backward_input : optimized::dense_backward_input;
            copy(of_input(dy, w, x.shape), call.input_gradients[0]);
        }
        if (!call.parameter_gradients[0].empty()) {
            const auto& of_weights =
                plain ? naive::dense_backward_weights : optimized::dense_backward_weights;
            copy(of_weights(dy, x, w.shape), call.parameter_gradients[0]);
        }
        if (options_.bias && !call.parameter_gradients[1].empty())
            copy(bias_gradient(dy), call.parameter_gradients[1]);
    }

private:
    Shape weight(const Shape& x) const { return {x.h, x.w, x.c, units_}; }

    int units_;
    DenseOptions options_;
};

class Softmax : public Operation {
public:
    std::string kind() const override { return "softmax"; }
    Shape output(const Shapes& z) const override { return z[0]; }

    void forward(const Forward& call, MutableView p) const override {
        const auto& softmax = call.mode.kernels == Kernels::naive ? naive::softmax : optimized::softmax;
        copy(softmax(call.inputs[0]), p);
    }
    void backward(const Backward& call) const override {
        if (call.input_gradients[0].empty()) return;
        const auto& softmax_backward =
            call.mode.kernels == Kernels::naive ? naive::softmax_backward : optimized::softmax_backward;
        copy(softmax_backward(call.output_gradient, call.output), call.input_gradients[0]);
    }
};

class SoftmaxCrossEntropy : public Operation {
public:
    std::string kind() const override { return "softmax_cross_entropy"; }
    Shape output(const Shapes& inputs) const override {
        const Shape &z = inputs[0], &labels = inputs[1];
        require(labels == Shape{z.n, z.h, z.w, 1}, "softmax_cross_entropy: the labels are ", labels,
                ", the logits ", z, "; one label for each image and position is needed");
        return {};
    }

    void forward(const Forward& call, MutableView loss) const override {
        const auto& of = call.mode.kernels == Kernels::naive ? naive::softmax_cross_entropy
                                                             : optimized::softmax_cross_entropy;
        loss(0, 0, 0, 0) = of(call.inputs[0], call.inputs[1]);
    }
    void backward(const Backward& call) const override {
        require(call.input_gradients[1].empty(), "softmax_cross_entropy: labels have no gradient");
        if (call.input_gradients[0].empty()) return;
        const auto& of = call.mode.kernels == Kernels::naive ? naive::softmax_cross_entropy_backward
                                                             : optimized::softmax_cross_entropy_backward;
        Tensor dz = of(call.inputs[0], call.inputs[1]);
        for (real& gradient : dz.flat()) gradient *= call.output_gradient(0, 0, 0, 0);
        copy(dz, call.input_gradients[0]);
    }
};

}  // namespace

Node dense(Node x, int units, std::string name, const DenseOptions& options) {
    return x.then(std::make_shared<Dense>(units, options), std::move(name));
}

Node softmax(Node z, std::string name) { return z.then(std::make_shared<Softmax>(), std::move(name)); }

Node softmax_cross_entropy(Node z, Node labels, std::string name) {
    return z.graph->add(std::make_shared<SoftmaxCrossEntropy>(), {z, labels}, std::move(name));
}

}  // namespace cnn
