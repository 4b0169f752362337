#include "common/graph/window_operation.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"
#include "filter_node.hpp"

namespace cnn {

int output_extent(int size, int before, int after, int kernel, int stride) {
    const std::int64_t room = std::int64_t{size} + before + after - kernel;
    return room < 0 ? 0 : int(room / stride + 1);
}

Shape convolved_shape(const Shape& x, const Shape& w, const Convolution& layer) {
    const Extent S = layer.stride;
    const Sides& P = layer.padding;
    const int groups = layer.groups;
    require(S.h >= 1 && S.w >= 1, "conv2d: the stride is ", S, "; it must be at least 1");
    require(groups >= 1, "conv2d: there are ", groups, " groups; there must be at least 1");
    require(w.n >= 1 && w.h >= 1 && w.w >= 1 && w.c >= 1, "conv2d: the filters are ", w,
            "; kernel, channels and filters must be at least 1");
    require(x.c % groups == 0 && w.c % groups == 0, "conv2d: ", groups, " groups do not divide ", x.c,
            " input channels and ", w.c, " filters; choose a divisor of both");
    require(std::int64_t{w.w} * groups == x.c, "conv2d: the filters see ", w.w, " channels in each of ",
            groups, groups == 1 ? " group" : " groups", ", but the input has ", x.c, "; give it ",
            std::int64_t{w.w} * groups, ", or filters of ", x.c / groups);
    const std::int64_t height = std::int64_t{x.h} + P.top + P.bottom,
                       width = std::int64_t{x.w} + P.left + P.right;
    const auto most = [](int before, int after) {
        return std::max(std::abs(std::int64_t{before}), std::abs(std::int64_t{after}));
    };
    require(std::max({height, width, most(P.top, P.bottom), most(P.left, P.right)}) < 1 << 30,
            "conv2d: the padded input is ", height, 'x', width, " with a padding of ", P,
            "; each side and the padded map must stay below 2^30");
    require(w.n <= height && w.h <= width, "conv2d: the kernel is ", w.n, 'x', w.h,
            ", larger than the padded input of ", height, 'x', width, "; pad more or take a smaller kernel");
    if (layer.mode != PaddingMode::constant) padded_shape(x, {P, layer.mode});  // its own rules
    return {x.n, output_extent(x.h, P.top, P.bottom, w.n, S.h), output_extent(x.w, P.left, P.right, w.h, S.w),
            w.c};
}

void require_bias(View b, const Shape& w) {
    require(b.empty() || b.shape == Shape{.c = w.c}, "conv2d: the bias is ", b.shape, "; ", w.c,
            " filters need ", Shape{.c = w.c}, ", or none");
}

void require_gradient(View dy, const Shape& y) {
    require(dy.shape == y, "conv2d: the gradient is ", dy.shape, "; the output it belongs to is ", y);
}

namespace {

/// One input, or two: the second is a residual.
class Conv2d : public Operation, public WindowOperation, public InputGradientOperation {
public:
    explicit Conv2d(const Convolution& layer) : layer_(layer) {}

    std::string kind() const override { return "conv2d"; }
    Shape output(const Shapes& inputs) const override {
        const Shape y = convolved_shape(inputs[0], filters(inputs[0]), layer_);
        require(inputs.size() == 1 || inputs[1] == y, "conv2d: the residual is ", inputs.back(),
                "; it is added to an output of ", y, " and must have its shape");
        return y;
    }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        std::vector<Parameter> all = filter_parameters(w, layer_.bias ? w.c : 0);
        if (layer_.initialiser) all[0].initialiser = *layer_.initialiser;
        return all;
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        return output(inputs).size() * w.n * w.h * w.w;
    }
    Window window(const Shapes&) const override {
        return {.kernel = layer_.kernel,
                .stride = layer_.stride,
                .padding = layer_.padding,
                .repeats = layer_.mode != PaddingMode::constant};
    }

    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive) return naive_forward(call, y);
        Shapes shapes;
        for (const View& input : call.inputs) shapes.push_back(input.shape);
        prepare(shapes, call.parameters, call.mode)(call.inputs, y);
    }
    Prepared prepare(const Shapes& inputs, const std::vector<View>& parameters,
                     const Mode& mode) const override {
        if (mode.kernels == Kernels::naive) return Operation::prepare(inputs, parameters, mode);
        const View w = parameters[0], b = layer_.bias ? parameters[1] : View{};
        if (inputs.size() == 1)
            return [call = engine::prepared_conv2d(w, b, layer_, inputs[0])](
                       const std::vector<View>& x, MutableView y) { call(x[0], y); };
        return [call = engine::prepared_conv2d_plus(w, b, layer_, inputs[0])](
                   const std::vector<View>& x, MutableView y) { call(x[0], x[1], y); };
    }

    std::optional<OnWindows> on_windows(const std::vector<View>& parameters) const override {
        if (layer_.mode != PaddingMode::constant) return {};
        return OnWindows{
            0,
            [call = engine::prepared_on_windows(parameters[0], layer_.bias ? parameters[1] : View{}, layer_)](
                const std::vector<View>& x, MutableView y) { call(x[0], x.size() == 2 ? x[1] : View{}, y); }};
    }

    /// The sum's gradient is the residual's, and that from which the convolution's follow.
    void backward(const Backward& whole) const override {
        Backward call = whole;
        const Tensor passed = before_activation(layer_.activation, whole.output, whole.output_gradient);
        if (layer_.activation != Activation::none) call.output_gradient = passed;
        if (call.inputs.size() == 2 && !call.input_gradients[1].empty())
            copy(call.output_gradient, call.input_gradients[1]);
        const View x = call.inputs[0], w = call.parameters[0];
        write_gradients(
            call,
            {[&](View dy) { return naive::conv2d_backward_input(dy, w, x.shape, layer_); },
             [&](View dy, MutableView dx) {
                 engine::prepared_conv2d_backward_input(w, layer_, x.shape)(dy, dx);
             }},
            {[&](View dy) { return naive::conv2d_backward_filters(dy, x, w.shape, layer_); },
             [&](View dy, MutableView dw) { engine::conv2d_backward_filters_into(dy, x, layer_, dw); }});
    }
    PreparedBackward prepare_backward(const Shapes& inputs,
                                      const std::vector<View>& parameters) const override {
        return before_epilogue(layer_.activation,
                               engine::prepared_conv2d_backward_input(parameters[0], layer_, inputs[0]));
    }
    Reads backward_reads() const override {
        return {.inputs = true, .output = layer_.activation != Activation::none};
    }

private:
    void naive_forward(const Forward& call, MutableView y) const {
        Convolution sums = layer_;
        sums.activation = Activation::none;
        Tensor whole = naive::conv2d(call.inputs[0], call.parameters[0],
                                     layer_.bias ? call.parameters[1] : View{}, sums);
        if (call.inputs.size() == 2) add(call.inputs[1], whole);
        for (real& value : whole.flat()) value = activated(value, layer_.activation);
        copy(whole, y);
    }
    Shape filters(const Shape& x) const {
        return {layer_.kernel.h, layer_.kernel.w, x.c / std::max(1, layer_.groups), layer_.filters};
    }

    Convolution layer_;
};

/// max(x, 0).  A NaN stays a NaN.
class Relu : public Operation {
public:
    std::string kind() const override { return "relu"; }
    Shape output(const Shapes& inputs) const override { return inputs[0]; }
    bool in_place() const override { return true; }
    Reads backward_reads() const override { return {.inputs = false, .output = true}; }

    void forward(const Forward& call, MutableView y) const override {
        if (!call.inputs[0].contiguous() || !y.contiguous()) {
            Tensor whole(call.inputs[0]);
            for (real& value : whole.flat()) value = value < 0 ? real{0} : value;
            return copy(whole, y);
        }
        const auto from = call.inputs[0].flat();
        const auto to = y.flat();
        in_blocks(to.size(), [&](std::size_t i) { to[i] = from[i] < 0 ? real{0} : from[i]; });
    }
    /// The gradient passes where the output is above zero, or NaN.
    void backward(const Backward& call) const override {
        if (call.input_gradients[0].empty()) return;
        const MutableView target = call.input_gradients[0];
        if (!call.output.contiguous() || !call.output_gradient.contiguous() || !target.contiguous()) {
            const Tensor output(call.output);
            Tensor gradient(call.output_gradient);
            for (std::size_t i = 0; i < gradient.flat().size(); ++i)
                if (output.flat()[i] <= 0) gradient.flat()[i] = 0;
            return copy(gradient, target);
        }
        const auto y = call.output.flat(), dy = call.output_gradient.flat();
        const auto dx = target.flat();
        in_blocks(dx.size(), [&](std::size_t i) {
            const real gradient = dy[i];  // read first: a load that may be skipped keeps the loop from lanes
            dx[i] = y[i] <= 0 ? real{0} : gradient;
        });
    }

private:
    /// body(0) ... body(count - 1), in blocks that are worth a thread.
    template <class Body>
    static void in_blocks(std::size_t count, const Body& body) {
        constexpr std::size_t block = 1 << 15;
        parallel_for(int((count + block - 1) / block), [&](int b) {
            const std::size_t first = std::size_t(b) * block, end = std::min(first + block, count);
            for (std::size_t i = first; i < end; ++i) body(i);
        });
    }
};

}  // namespace

std::shared_ptr<const Operation> conv2d_operation(const Convolution& layer) {
    return std::make_shared<Conv2d>(layer);
}

Node conv(Node x, const Convolution& layer, std::string name) {
    return x.then(conv2d_operation(layer), std::move(name));
}

Node conv_plus(Node x, Node residual, const Convolution& layer, std::string name) {
    return x.graph->add(conv2d_operation(layer), {x, residual}, std::move(name));
}

Node relu(Node x, std::string name) { return x.then(std::make_shared<Relu>(), std::move(name)); }

}  // namespace cnn
