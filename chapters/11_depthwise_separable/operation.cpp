#include "common/graph/window_operation.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "engine/depthwise_engine.hpp"
#include "filter_node.hpp"
#include "pointwise.hpp"

namespace cnn {

namespace {

/// An axis of the output; 64 bits, so that no stride, dilation or padding wraps round.
int depthwise_extent(std::int64_t size, std::int64_t before, std::int64_t after, std::int64_t kernel,
                     std::int64_t dilation, int stride) {
    constexpr std::int64_t most = std::int64_t{1} << 30;
    require(std::max(std::abs(before), std::abs(after)) < most && size + before + after < most,
            "depthwise_conv2d: padding of ", before, " and ", after, " around ", size,
            "; each side and the padded map must stay below 2^30");
    const std::int64_t window = (kernel - 1) * dilation + 1, room = size + before + after;
    require(window <= room, "depthwise_conv2d: the window reaches over ", window,
            ", more than the padded input of ", room, "; pad more or take a smaller kernel");
    return int((room - window) / stride + 1);
}

}  // namespace

Shape depthwise_shape(const Shape& x, const Shape& w, const Depthwise& layer) {
    const Extent S = layer.stride, d = layer.dilation;
    const Sides& P = layer.padding;
    require(S.h >= 1 && S.w >= 1, "depthwise_conv2d: the stride is ", S, "; it must be at least 1");
    require(d.h >= 1 && d.w >= 1, "depthwise_conv2d: the dilation is ", d, "; it must be at least 1");
    require(w.n >= 1 && w.h >= 1, "depthwise_conv2d: the kernel is ", w.n, 'x', w.h,
            "; it must be at least 1x1");
    require(w.w == 1, "depthwise_conv2d: a filter of ", w, " sees ", w.w,
            " channels; a depthwise filter sees 1 (regular filters are for conv2d)");
    require(x.c >= 1 ? w.c >= x.c && w.c % x.c == 0 : w.c == 0, "depthwise_conv2d: there are ", w.c,
            " filters for ", x.c, " channels; there must be one for each, or a multiple");
    const Shape y{x.n, depthwise_extent(x.h, P.top, P.bottom, w.n, d.h, S.h),
                  depthwise_extent(x.w, P.left, P.right, w.h, d.w, S.w), w.c};
    if (layer.mode != PaddingMode::constant) padded_shape(x, {P, layer.mode});  // its own rules
    return y;
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

class DepthwiseConv2d : public Operation, public WindowOperation {
public:
    explicit DepthwiseConv2d(const Depthwise& layer) : layer_(layer) {}

    std::string kind() const override { return "depthwise_conv2d"; }
    Shape output(const Shapes& inputs) const override {
        require(layer_.multiplier >= 1, "depthwise_conv2d: the multiplier is ", layer_.multiplier,
                "; it must be at least 1");
        return depthwise_shape(inputs[0], filters(inputs[0]), layer_);
    }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        return filter_parameters(w, layer_.bias ? w.c : 0);
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        return output(inputs).size() * layer_.kernel.h * layer_.kernel.w;
    }
    Window window(const Shapes& /*inputs*/) const override {
        return {.kernel = layer_.kernel,
                .stride = layer_.stride,
                .padding = layer_.padding,
                .dilation = layer_.dilation,
                .repeats = layer_.mode != PaddingMode::constant};
    }

    void forward(const Forward& call, MutableView y) const override {
        const View b = layer_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::depthwise_conv2d(call.inputs[0], call.parameters[0], b, layer_), y);
        else
            engine::depthwise_conv2d_into(call.inputs[0], call.parameters[0], b, layer_, y);
    }
    std::optional<OnWindows> on_windows(const std::vector<View>& parameters) const override {
        if (layer_.mode != PaddingMode::constant || layer_.kernel == Extent(1)) return {};
        Depthwise alone = layer_;
        alone.stride = alone.kernel;
        alone.padding = 0;
        alone.dilation = 1;
        return OnWindows{0, [alone, parameters](const std::vector<View>& x, MutableView y) {
                             engine::depthwise_conv2d_into(x[0], parameters[0],
                                                           alone.bias ? parameters[1] : View{}, alone, y);
                         }};
    }
    void backward(const Backward& whole) const override {
        const Tensor passed = before_activation(layer_.activation, whole.output, whole.output_gradient);
        Backward call = whole;
        call.output_gradient = passed;
        const View x = call.inputs[0], w = call.parameters[0];
        write_gradients(
            call,
            {[&](View dy) { return naive::depthwise_conv2d_backward_input(dy, w, x.shape, layer_); },
             [&](View dy, MutableView dx) {
                 engine::depthwise_conv2d_backward_input_into(dy, w, layer_, dx);
             }},
            {[&](View dy) { return naive::depthwise_conv2d_backward_filters(dy, x, w.shape, layer_); },
             [&](View dy, MutableView dw) {
                 engine::depthwise_conv2d_backward_filters_into(dy, x, layer_, dw);
             }});
    }

    Reads backward_reads() const override {
        return {.inputs = true, .output = layer_.activation != Activation::none};
    }

private:
    Shape filters(const Shape& x) const {
        return {layer_.kernel.h, layer_.kernel.w, 1,
                int(std::min<std::int64_t>(std::int64_t{x.c} * layer_.multiplier,
                                           std::numeric_limits<int>::max()))};
    }

    Depthwise layer_;
};

}  // namespace

Node depthwise_conv(Node x, const Depthwise& layer, std::string name) {
    return x.then(std::make_shared<DepthwiseConv2d>(layer), std::move(name));
}

Node separable_conv(Node x, int filters, const Depthwise& layer, const std::string& name) {
    return pointwise_conv(depthwise_conv(x, layer, name + ".depthwise"),
                          {.filters = filters, .bias = layer.bias}, name + ".pointwise");
}

}  // namespace cnn
