#pragma once
/// @file  The smallest operations that a graph can hold, for the tests of its walks.
#include <algorithm>
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
        Tensor scaled(call.inputs[0]);
        for (real& value : scaled.flat()) value *= call.parameters[0](0, 0, 0, 0);
        copy(scaled, y);
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
    Reads backward_reads() const override { return {false, false}; }
};

/// y = max(x, 0), over x if asked.
class Positive : public Operation {
public:
    std::string kind() const override { return "positive"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        const View x = call.inputs[0];
        for_each_index(x.shape,
                       [&](int n, int i, int j, int c) { y(n, i, j, c) = std::max(x(n, i, j, c), real{0}); });
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        for_each_index(dx.shape, [&](int n, int i, int j, int c) {
            dx(n, i, j, c) = call.output(n, i, j, c) > 0 ? call.output_gradient(n, i, j, c) : real{0};
        });
    }
    Reads backward_reads() const override { return {.inputs = false}; }
    bool in_place() const override { return true; }

private:
    template <class Body>
    static void for_each_index(const Shape& s, const Body& body) {
        for (int n = 0; n < s.n; ++n)
            for (int i = 0; i < s.h; ++i)
                for (int j = 0; j < s.w; ++j)
                    for (int c = 0; c < s.c; ++c) body(n, i, j, c);
    }
};

/// Channels side by side: branches write their own.
class Beside : public Operation {
public:
    std::string kind() const override { return "beside"; }
    Shape output(const Shapes& x) const override {
        Shape y = x[0];
        for (std::size_t k = 1; k < x.size(); ++k) y.c += x[k].c;
        return y;
    }
    void forward(const Forward& call, MutableView y) const override {
        int channel = 0;
        for (const View& x : call.inputs) {
            const MutableView to = y.channels(channel, x.shape.c);
            if (x.data != to.data) copy(x, to);
            channel += x.shape.c;
        }
    }
    void backward(const Backward& call) const override {
        int channel = 0;
        for (std::size_t k = 0; k < call.inputs.size(); channel += call.inputs[k++].shape.c)
            if (!call.input_gradients[k].empty())
                copy(call.output_gradient.channels(channel, call.inputs[k].shape.c), call.input_gradients[k]);
    }
    Reads backward_reads() const override { return {false, false}; }
    std::optional<int> place_of(std::size_t k, const Shapes& x) const override {
        int channel = 0;
        for (std::size_t before = 0; before < k; ++before) channel += x[before].c;
        return channel;
    }
};

/// A window of some channels: a view.
class Part : public Operation {
public:
    Part(Extent size, int first, int count) : size_(size), first_(first), count_(count) {}
    std::string kind() const override { return "part"; }
    Shape output(const Shapes& x) const override { return {x[0].n, size_.h, size_.w, count_}; }
    void forward(const Forward& call, MutableView y) const override { copy(part(call.inputs[0]), y); }
    void backward(const Backward& call) const override {
        fill(call.input_gradients[0], 0);
        copy(call.output_gradient, part(call.input_gradients[0]));
    }
    Reads backward_reads() const override { return {false, false}; }
    std::optional<View> view_of(View x, const Mode& /*mode*/) const override { return part(x); }

private:
    template <class AnyView>
    AnyView part(AnyView x) const {
        return x.window(x.shape.h - size_.h, x.shape.w - size_.w, size_).channels(first_, count_);
    }
    Extent size_;
    int first_, count_;
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
inline Node positive(Node x, std::string name = "") {
    return x.then(std::make_shared<Positive>(), std::move(name));
}
inline Node beside(const std::vector<Node>& nodes, std::string name = "") {
    return nodes[0].graph->add(std::make_shared<Beside>(), nodes, std::move(name));
}
inline Node part(Node x, Extent size, int first, int count, std::string name = "") {
    return x.then(std::make_shared<Part>(size, first, count), std::move(name));
}
inline Node one_way(Node x, std::string name = "") {
    return x.then(std::make_shared<OneWay>(), std::move(name));
}
inline Node seed(Node x, std::string name = "") { return x.then(std::make_shared<Seed>(), std::move(name)); }

}  // namespace cnn::toy
