#pragma once
/// @file  The smallest operations that a graph can hold, for the tests of its walks.
#include <string>
#include <vector>

#include "common/base/error.hpp"
#include "common/graph/graph.hpp"

namespace cnn::toy {

/// y = x w, with one parameter that every number shares.
class Scale : public Operation {
public:
    std::string kind() const override { return "scale"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    std::vector<Parameter> parameters(const Shapes& /*inputs*/) const override {
        return {{"weight", {}, Layout::vector, {Initialiser::Kind::ones}}};
    }
    std::int64_t multiply_adds(const Shapes& x) const override { return x[0].size(); }

    void forward(const Forward& call, MutableView y) const override {
        copy(call.inputs[0], y);
        for (real& value : y.flat()) value *= call.parameters[0](0, 0, 0, 0);
    }
    void backward(const Backward& call) const override {
        const Tensor x(call.inputs[0]), dy(call.output_gradient);
        real product = 0;
        for (std::size_t i = 0; i < x.flat().size(); ++i) product += x.flat()[i] * dy.flat()[i];
        if (!call.parameter_gradients[0].empty()) fill(call.parameter_gradients[0], product);
        if (call.input_gradients[0].empty()) return;
        copy(dy, call.input_gradients[0]);
        for (real& value : call.input_gradients[0].flat()) value *= call.parameters[0](0, 0, 0, 0);
    }
};

/// y = a + b.
class Plus : public Operation {
public:
    std::string kind() const override { return "plus"; }
    Shape output(const Shapes& x) const override {
        require(x[0] == x[1], "plus: the shapes are ", x[0], " and ", x[1], "; they must be the same");
        return x[0];
    }
    void forward(const Forward& call, MutableView y) const override {
        copy(call.inputs[0], y);
        add(call.inputs[1], y);
    }
    void backward(const Backward& call) const override {
        for (const MutableView& gradient : call.input_gradients)
            if (!gradient.empty()) copy(call.output_gradient, gradient);
    }
};

/// y = x, and an Error for who walks backward through it.
class OneWay : public Operation {
public:
    std::string kind() const override { return "one_way"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override { copy(call.inputs[0], y); }
    void backward(const Backward& /*call*/) const override { throw Error("one_way: walked backward"); }
};

/// y = the seed that this node was given.
class Seed : public Operation {
public:
    std::string kind() const override { return "seed"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        fill(y, real(call.mode.seed % 1'000'003));
    }
    void backward(const Backward& /*call*/) const override {}
};

inline Node scale(Node x, std::string name = "") {
    return x.then(std::make_shared<Scale>(), std::move(name));
}
inline Node plus(Node a, Node b, std::string name = "") {
    return a.graph->add(std::make_shared<Plus>(), {a, b}, std::move(name));
}
inline Node one_way(Node x, std::string name = "") {
    return x.then(std::make_shared<OneWay>(), std::move(name));
}
inline Node seed(Node x, std::string name = "") { return x.then(std::make_shared<Seed>(), std::move(name)); }

}  // namespace cnn::toy
