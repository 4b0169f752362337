// A dense layer, and what works number by number, as nodes of a network.
#include <cmath>

#include "common/base/error.hpp"
#include "common/kernels/elementwise.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "filter_node.hpp"
#include "lenet.hpp"

namespace cnn {

Shape dense_shape(const Shape& x, const Shape& w) {
    require(x.h == w.n && x.w == w.h && x.c == w.w, "dense: the weights are for a map of ", w.n, 'x', w.h,
            'x', w.w, ", but the input is ", x.h, 'x', x.w, 'x', x.c,
            " for each image; a dense layer has one size of input");
    return {.n = x.n, .c = w.c};
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
            copy(plain ? naive::bias_gradient(dy) : bias_gradient(dy), call.parameter_gradients[1]);
    }

private:
    Shape weight(const Shape& x) const { return {x.h, x.w, x.c, units_}; }

    int units_;
    DenseOptions options_;
};

class Flatten : public Operation {
public:
    std::string kind() const override { return "flatten"; }
    Shape output(const Shapes& x) const override { return {.n = x[0].n, .c = x[0].h * x[0].w * x[0].c}; }
    Window window(const Shapes& /*inputs*/) const override { return {.padding = {}, .whole = true}; }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }

    void forward(const Forward& call, MutableView y) const override {
        copy(call.inputs[0], as_map(y, call.inputs[0].shape));
    }
    void backward(const Backward& call) const override {
        if (!call.input_gradients[0].empty())
            copy(as_map(call.output_gradient, call.input_gradients[0].shape), call.input_gradients[0]);
    }
    std::optional<View> view_of(View x, const Mode& /*mode*/) const override {
        View image = x;
        image.shape.n = 1;
        if (!image.contiguous()) return {};
        const Shape shape = output({x.shape});
        return View{x.data, shape, x.image_pitch, shape.c, shape.c};
    }

private:
    // The numbers of each flattened image under the map's shape.
    template <class Number>
    static BasicView<Number> as_map(const BasicView<Number>& flat, const Shape& map) {
        return {flat.data, map, flat.image_pitch, std::ptrdiff_t{map.w} * map.c, map.c};
    }
};

// scale * x + shift: what is done to pixels before a network sees them, or to distances after.
class Rescale : public Operation {
public:
    Rescale(double scale, double shift) : scale_(real(scale)), shift_(real(shift)) {}

    std::string kind() const override { return "rescale"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        map_numbers(call.inputs[0], y, [this](real x) { return scale_ * x + shift_; });
    }
    void backward(const Backward& call) const override {
        if (!call.input_gradients[0].empty())
            map_numbers(call.output_gradient, call.input_gradients[0],
                        [this](real dy) { return scale_ * dy; });
    }

private:
    real scale_, shift_;
};

class Tanh : public Operation {
public:
    std::string kind() const override { return "tanh"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    Reads backward_reads() const override { return {.inputs = false, .output = true}; }
    bool in_place() const override { return true; }
    void forward(const Forward& call, MutableView y) const override {
        map_numbers(call.inputs[0], y, [](real x) { return std::tanh(x); });
    }
    void backward(const Backward& call) const override {
        if (!call.input_gradients[0].empty())
            map_numbers(call.output_gradient, call.output, call.input_gradients[0],
                        [](real dy, real y) { return dy * (1 - y * y); });
    }
};

}  // namespace

Node flatten(Node x, std::string name) { return x.then(std::make_shared<Flatten>(), std::move(name)); }

Node rescale(Node x, double scale, double shift, std::string name) {
    return x.then(std::make_shared<Rescale>(scale, shift), std::move(name));
}

Node tanh(Node x, std::string name) { return x.then(std::make_shared<Tanh>(), std::move(name)); }

Node dense(Node x, int units, std::string name, const DenseOptions& options) {
    return x.then(std::make_shared<Dense>(units, options), std::move(name));
}

}  // namespace cnn
