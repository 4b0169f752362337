#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "filter_node.hpp"
#include "pointwise.hpp"

namespace cnn {

Shape pointwise_shape(const Shape& x, const Shape& w) {
    require(w.n == 1 && w.h == 1, "pointwise_conv2d: the kernel is ", w.n, 'x', w.h,
            "; it must be 1x1 (others are for conv2d)");
    require(w.w == x.c, "pointwise_conv2d: the filters see ", w.w, " channels, but the input has ", x.c,
            "; they must agree");
    require(w.c >= 1, "pointwise_conv2d: there are ", w.c, " filters; there must be at least 1");
    return {x.n, x.h, x.w, w.c};
}

void require_pointwise_bias(View b, const Shape& w) {
    require(b.empty() || b.shape == Shape{.c = w.c}, "pointwise_conv2d: the bias is ", b.shape, "; ", w.c,
            " filters need ", Shape{.c = w.c}, ", or none");
}

void require_pointwise_gradient(View dy, const Shape& y) {
    require(dy.shape == y, "pointwise_conv2d: the gradient is ", dy.shape, "; the output it belongs to is ",
            y);
}

namespace {

class PointwiseConv2d : public Operation {
public:
    explicit PointwiseConv2d(const PointwiseOptions& options) : options_(options) {}

    std::string kind() const override { return "pointwise_conv2d"; }
    Shape output(const Shapes& inputs) const override {
        require(options_.stride.h >= 1 && options_.stride.w >= 1, "pointwise_conv2d: the stride is ",
                options_.stride, "; it must be at least 1");
        return pointwise_shape(seen(inputs[0]), filters(inputs[0]));
    }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        return filter_parameters(filters(inputs[0]), options_.bias ? options_.filters : 0);
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        return output(inputs).size() * inputs[0].c;
    }
    Window window(const Shapes& /*inputs*/) const override { return {.stride = options_.stride}; }

    void forward(const Forward& call, MutableView y) const override {
        const View x = call.inputs[0].strided(options_.stride), w = call.parameters[0];
        const View b = options_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::pointwise_conv2d(x, w, b), y);
        else
            optimized::pointwise_conv2d_into(x, w, b, {}, y);
    }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0].strided(options_.stride), w = call.parameters[0];
        Backward strided = call;
        if (MutableView& dx = strided.input_gradients[0]; !dx.empty()) {
            if (options_.stride != Extent(1)) fill(dx, 0);  // what the stride steps over gets nothing
            dx = dx.strided(options_.stride);
        }
        write_gradients(
            strided,
            {[&](View dy) { return naive::pointwise_conv2d_backward_input(dy, w, x.shape); },
             [&](View dy, MutableView dx) { optimized::pointwise_conv2d_backward_input_into(dy, w, dx); }},
            {[&](View dy) { return naive::pointwise_conv2d_backward_filters(dy, x, w.shape); },
             [&](View dy, MutableView dw) { optimized::pointwise_conv2d_backward_filters_into(dy, x, dw); }});
    }

private:
    Shape filters(const Shape& x) const { return {1, 1, x.c, options_.filters}; }
    Shape seen(const Shape& x) const {
        const auto [h, w] = options_.stride;
        return {x.n, divide_up(x.h, h), divide_up(x.w, w), x.c};
    }

    PointwiseOptions options_;
};

}  // namespace

Node pointwise_conv(Node x, const PointwiseOptions& options, std::string name) {
    return x.then(std::make_shared<PointwiseConv2d>(options), std::move(name));
}

}  // namespace cnn
