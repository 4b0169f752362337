#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "engine/depthwise_engine.hpp"
#include "filter_node.hpp"
#include "pointwise.hpp"

namespace cnn {

Shape depthwise_shape(const Shape& x, const Shape& w, const Depthwise& layer) {
    const auto& [S, P, d, activation] = layer;
    require(S.h >= 1 && S.w >= 1, "depthwise_conv2d: the stride is ", S, "; it must be at least 1");
    require(d.h >= 1 && d.w >= 1, "depthwise_conv2d: the dilation is ", d, "; it must be at least 1");
    require(w.n >= 1 && w.h >= 1, "depthwise_conv2d: the kernel is ", w.n, 'x', w.h,
            "; it must be at least 1x1");
    require(w.w == 1, "depthwise_conv2d: a filter of ", w, " sees ", w.w,
            " channels; a depthwise filter sees 1 (regular filters are for conv2d)");
    require(x.c >= 1 && w.c >= x.c && w.c % x.c == 0, "depthwise_conv2d: there are ", w.c, " filters for ",
            x.c, " channels; there must be one for each, or a multiple");
    const Extent reach{(w.n - 1) * d.h + 1, (w.h - 1) * d.w + 1};
    const Extent room{x.h + P.top + P.bottom, x.w + P.left + P.right};
    require(reach.h <= room.h && reach.w <= room.w, "depthwise_conv2d: the window is ", reach,
            ", larger than the padded input of ", room, "; pad more or take a smaller kernel");
    return {x.n, output_extent(x.h, P.top, P.bottom, reach.h, S.h),
            output_extent(x.w, P.left, P.right, reach.w, S.w), w.c};
}

void require_depthwise_bias(View b, const Shape& w) {
    require(b.empty() || b.shape == Shape{.c = w.c}, "depthwise_conv2d: the bias is ", b.shape, "; ", w.c,
            " filters need ", Shape{.c = w.c}, ", or none");
}

void require_depthwise_gradient(View dy, const Shape& y) {
    require(dy.shape == y, "depthwise_conv2d: the gradient is ", dy.shape, "; the output it belongs to is ",
            y);
}

// [cost]
LayerCost regular_cost(int c_in, Extent kernel, const Shape& y) {
    const std::int64_t weights = std::int64_t{y.c} * c_in * kernel.h * kernel.w;
    return {weights * y.h * y.w, weights};
}

LayerCost separable_cost(int c_in, Extent kernel, const Shape& y) {
    const std::int64_t weights = std::int64_t{c_in} * kernel.h * kernel.w + std::int64_t{y.c} * c_in;
    return {weights * y.h * y.w, weights};
}
// [cost]

namespace {

class DepthwiseConv2d : public Operation {
public:
    explicit DepthwiseConv2d(const DepthwiseOptions& options) : options_(options) {}

    std::string kind() const override { return "depthwise_conv2d"; }
    Shape output(const Shapes& inputs) const override {
        require(options_.multiplier >= 1, "depthwise_conv2d: the multiplier is ", options_.multiplier,
                "; it must be at least 1");
        return depthwise_shape(inputs[0], filters(inputs[0]), layer());
    }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        return filter_parameters(w, options_.bias ? w.c : 0);
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        return output(inputs).size() * options_.kernel.h * options_.kernel.w;
    }
    Window window(const Shapes& /*inputs*/) const override {
        return {.kernel = options_.kernel,
                .stride = options_.stride,
                .padding = options_.padding,
                .dilation = options_.dilation};
    }

    void forward(const Forward& call, MutableView y) const override {
        const View b = options_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::depthwise_conv2d(call.inputs[0], call.parameters[0], b, layer()), y);
        else
            engine::depthwise_conv2d_into(call.inputs[0], call.parameters[0], b, layer(), y);
    }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0], w = call.parameters[0];
        write_gradients(
            call,
            {[&](View dy) { return naive::depthwise_conv2d_backward_input(dy, w, x.shape, layer()); },
             [&](View dy, MutableView dx) {
                 engine::depthwise_conv2d_backward_input_into(dy, w, layer(), dx);
             }},
            {[&](View dy) { return naive::depthwise_conv2d_backward_filters(dy, x, w.shape, layer()); },
             [&](View dy, MutableView dw) {
                 engine::depthwise_conv2d_backward_filters_into(dy, x, layer(), dw);
             }});
    }

private:
    Depthwise layer() const {
        return {options_.stride, options_.padding, options_.dilation, Activation::none};
    }
    Shape filters(const Shape& x) const {
        return {options_.kernel.h, options_.kernel.w, 1, x.c * options_.multiplier};
    }

    DepthwiseOptions options_;
};

}  // namespace

Node depthwise_conv(Node x, const DepthwiseOptions& options, std::string name) {
    return x.then(std::make_shared<DepthwiseConv2d>(options), std::move(name));
}

Node separable_conv(Node x, int filters, const DepthwiseOptions& options, const std::string& name) {
    return pointwise_conv(depthwise_conv(x, options, name + ".depthwise"),
                          {.filters = filters, .bias = options.bias}, name + ".pointwise");
}

}  // namespace cnn
