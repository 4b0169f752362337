#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "gate.hpp"
#include "pooling.hpp"
#include "silu.hpp"
#include "stochastic_depth.hpp"

namespace cnn {

void require_gate(const Shape& x, const Shape& s) {
    const Shape each{.n = x.n, .c = x.c};
    require(s == each, "gate: the gates are ", s, "; a map of ", x, " needs ", each);
}

void require_drop_probability(double p) {
    require(p >= 0 && p < 1, "stochastic_depth: the probability is ", p,
            "; it must be from 0 up to, not including, 1");
}

namespace {

bool is_naive(const Call& call) { return call.mode.kernels == Kernels::naive; }

class Sigmoid : public Operation {
public:
    std::string kind() const override { return "sigmoid"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        if (is_naive(call)) return copy(naive::sigmoid(call.inputs[0]), y);
        optimized::sigmoid_into(call.inputs[0], y);
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        if (is_naive(call)) return copy(naive::sigmoid_backward(call.output_gradient, call.output), dx);
        optimized::sigmoid_backward_into(call.output_gradient, call.output, dx);
    }
    Reads backward_reads() const override { return {.inputs = false, .output = true}; }
    bool in_place() const override { return true; }
};

class Silu : public Operation {
public:
    std::string kind() const override { return "silu"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        if (is_naive(call)) return copy(naive::silu(call.inputs[0]), y);
        optimized::silu_into(call.inputs[0], y);
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        if (is_naive(call)) return copy(naive::silu_backward(call.output_gradient, call.inputs[0]), dx);
        optimized::silu_backward_into(call.output_gradient, call.inputs[0], dx);
    }
    Reads backward_reads() const override { return {.inputs = true, .output = false}; }
    bool in_place() const override { return true; }
};

class Gate : public Operation {
public:
    std::string kind() const override { return "gate"; }
    Shape output(const Shapes& x) const override {
        require_gate(x[0], x[1]);
        return x[0];
    }
    void forward(const Forward& call, MutableView y) const override {
        if (is_naive(call)) return copy(naive::gate(call.inputs[0], call.inputs[1]), y);
        optimized::gate_into(call.inputs[0], call.inputs[1], y);
    }
    void backward(const Backward& call) const override {
        const auto& gradients = is_naive(call) ? naive::gate_backward : optimized::gate_backward;
        const GateGradients d = gradients(call.output_gradient, call.inputs[0], call.inputs[1]);
        if (!call.input_gradients[0].empty()) copy(d.x, call.input_gradients[0]);
        if (!call.input_gradients[1].empty()) copy(d.s, call.input_gradients[1]);
    }
    Reads backward_reads() const override { return {.inputs = true, .output = false}; }
    bool in_place() const override { return true; }
};

class StochasticDepth : public Operation {
public:
    explicit StochasticDepth(double p) : p_(p) { require_drop_probability(p); }

    std::string kind() const override { return "stochastic_depth"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override { drop(call.inputs[0], call.mode, y); }
    void backward(const Backward& call) const override {
        if (!call.input_gradients[0].empty()) drop(call.output_gradient, call.mode, call.input_gradients[0]);
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
    std::optional<View> view_of(View x, const Mode& mode) const override {
        return mode.training ? std::nullopt : std::optional(x);
    }

private:
    void drop(View from, const Mode& mode, MutableView to) const {
        if (!mode.training) return copy(from, to);
        if (mode.kernels == Kernels::naive) return copy(naive::stochastic_depth(from, p_, mode.seed), to);
        optimized::stochastic_depth_into(from, p_, mode.seed, to);
    }

    double p_;
};

}  // namespace

Node sigmoid(Node x, std::string name) { return x.then(std::make_shared<Sigmoid>(), std::move(name)); }
Node silu(Node x, std::string name) { return x.then(std::make_shared<Silu>(), std::move(name)); }

Node gate(Node x, Node s, std::string name) {
    return x.graph->add(std::make_shared<Gate>(), {x, s}, std::move(name));
}

// [squeeze]
Node squeeze_and_excite(Node x, int squeezed, const std::string& name) {
    Node s = global_average_pool(x, name + ".avgpool");
    s = silu(conv(s, {.filters = squeezed, .kernel = 1}, name + ".fc1"), name + ".activation");
    s = conv(s, {.filters = x.shape().c, .kernel = 1}, name + ".fc2");
    return gate(x, sigmoid(s, name + ".scale_activation"), name);
}
// [squeeze]

Node stochastic_depth(Node x, double p, std::string name) {
    return x.then(std::make_shared<StochasticDepth>(p), std::move(name));
}

}  // namespace cnn
