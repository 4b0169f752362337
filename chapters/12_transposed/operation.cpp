#include <algorithm>

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "filter_node.hpp"
#include "transposed.hpp"

namespace cnn {

// [extent]
std::int64_t transposed_extent(std::int64_t size, std::int64_t kernel, std::int64_t stride,
                               std::int64_t before, std::int64_t after, std::int64_t dilation,
                               std::int64_t output_padding) {
    return (size - 1) * stride - before - after + dilation * (kernel - 1) + 1 + output_padding;
}
// [extent]

Shape transposed_shape(const Shape& x, const Shape& w, const TransposedConvolution& layer) {
    const auto& [S, P, output_padding, d, groups] = layer;
    require(S.h >= 1 && S.w >= 1, "conv_transposed2d: the stride is ", S, "; it must be at least 1");
    require(d.h >= 1 && d.w >= 1, "conv_transposed2d: the dilation is ", d, "; it must be at least 1");
    require(std::min({P.top, P.bottom, P.left, P.right}) >= 0, "conv_transposed2d: the padding is ", P,
            "; it must not be negative");
    require(
        output_padding.h >= 0 && output_padding.w >= 0 && output_padding.h < S.h && output_padding.w < S.w,
        "conv_transposed2d: the output_padding is ", output_padding, " and the stride ", S,
        "; it must be at least 0 and below the stride");
    require(groups >= 1, "conv_transposed2d: there are ", groups, " groups; there must be at least 1");
    require(w.n >= 1 && w.h >= 1 && w.w >= 1 && w.c >= 1, "conv_transposed2d: the filters are ", w,
            "; kernel and channels must be at least 1");
    require(w.c == x.c, "conv_transposed2d: the filters take ", w.c, " channels, but the input has ", x.c,
            "; w is (kh, kw, c_out / groups, c_in)");
    require(x.c % groups == 0, "conv_transposed2d: ", groups, " groups do not divide ", x.c,
            " input channels; choose a divisor");
    require(x.h >= 1 && x.w >= 1, "conv_transposed2d: the map is ", x.h, 'x', x.w,
            "; there is nothing to convolve");
    const std::int64_t high = transposed_extent(x.h, w.n, S.h, 0, 0, d.h, output_padding.h),
                       wide = transposed_extent(x.w, w.h, S.w, 0, 0, d.w, output_padding.w);
    require(std::max(high, wide) < 1 << 30, "conv_transposed2d: the output is ", high, 'x', wide,
            " before it is cropped; rows and columns must stay below 2^30");
    const std::int64_t height = high - P.top - P.bottom, width = wide - P.left - P.right;
    require(height >= 1 && width >= 1, "conv_transposed2d: the padding of ", P, " leaves ", height, 'x',
            width, " of the output; pad less");
    return {x.n, int(height), int(width), w.w * groups};
}

void require_transposed_bias(View b, const Shape& y) {
    require(b.empty() || b.shape == Shape{.c = y.c}, "conv_transposed2d: the bias is ", b.shape, "; ", y.c,
            " filters need ", Shape{.c = y.c}, ", or none");
}

void require_transposed_gradient(View dy, const Shape& y) {
    require(dy.shape == y, "conv_transposed2d: the gradient is ", dy.shape, "; the output it belongs to is ",
            y);
}

namespace {

class ConvTransposed2d : public Operation {
public:
    explicit ConvTransposed2d(const TransposedOptions& options) : options_(options) {}

    std::string kind() const override { return "conv_transposed2d"; }
    Shape output(const Shapes& inputs) const override {
        require(options_.groups >= 1 && options_.filters % options_.groups == 0,
                "conv_transposed2d: ", options_.groups, " groups do not divide ", options_.filters,
                " filters; choose a divisor");
        return transposed_shape(inputs[0], filters(inputs[0]), layer());
    }
    /// Starts as PyTorch's does, whose fan_in counts what its filters' second axis holds.
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        return filter_parameters(filters(inputs[0]), options_.bias ? options_.filters : 0);
    }
    /// Every number of the input meets every weight of its channel: the size of the input counts (E15).
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        return inputs[0].size() * w.n * w.h * w.w;
    }
    Window window(const Shapes& /*inputs*/) const override {
        return {.kernel = options_.kernel,
                .stride = options_.stride,
                .padding = options_.padding,
                .dilation = options_.dilation,
                .transposed = true};
    }

    void forward(const Forward& call, MutableView y) const override {
        const View b = options_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::conv_transposed2d(call.inputs[0], call.parameters[0], b, layer()), y);
        else
            optimized::conv_transposed2d_into(call.inputs[0], call.parameters[0], b, layer(), y);
    }

    Prepared prepare(const Shapes& inputs, const std::vector<View>& parameters,
                     const Mode& mode) const override {
        if (mode.kernels == Kernels::naive) return Operation::prepare(inputs, parameters, mode);
        const View b = options_.bias ? parameters[1] : View{};
        return [call = optimized::prepared_conv_transposed2d(parameters[0], b, layer(), inputs[0])](
                   const std::vector<View>& x, MutableView y) { call(x[0], y); };
    }
    Reads backward_reads() const override { return {.inputs = true, .output = false}; }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0], w = call.parameters[0];
        write_gradients(
            call,
            {[&](View dy) { return naive::conv_transposed2d_backward_input(dy, w, x.shape, layer()); },
             [&](View dy, MutableView dx) {
                 optimized::prepared_conv_transposed2d_backward_input(w, layer(), x.shape)(dy, dx);
             }},
            {[&](View dy) { return naive::conv_transposed2d_backward_filters(dy, x, w.shape, layer()); },
             [&](View dy, MutableView dw) {
                 optimized::conv_transposed2d_backward_filters_into(dy, x, layer(), dw);
             }});
    }

private:
    TransposedConvolution layer() const {
        return {options_.stride, options_.padding, options_.output_padding, options_.dilation,
                options_.groups};
    }
    Shape filters(const Shape& x) const {
        return {options_.kernel.h, options_.kernel.w, options_.filters / options_.groups, x.c};
    }

    TransposedOptions options_;
};

}  // namespace

Node conv_transposed(Node x, const TransposedOptions& options, std::string name) {
    return x.then(std::make_shared<ConvTransposed2d>(options), std::move(name));
}

}  // namespace cnn
