#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "dilated.hpp"
#include "filter_node.hpp"

namespace cnn {

int effective_kernel(int kernel, int dilation) {
    const std::int64_t span = kernel + (std::int64_t{kernel} - 1) * (dilation - 1);
    require(span < 1 << 30, "dilated_conv2d: ", kernel, " taps ", dilation, " apart span ", span,
            " pixels; that must stay below 2^30");
    return int(span);
}

Shape dilated_shape(const Shape& x, const Shape& w, const DilatedConvolution& layer) {
    const Extent d = layer.dilation;
    require(d.h >= 1 && d.w >= 1, "dilated_conv2d: the dilation is ", d,
            "; it is the distance between taps and at least 1, which is an ordinary convolution");
    Shape wide = w;
    if (w.n >= 1 && w.h >= 1) {
        wide.n = effective_kernel(w.n, d.h);
        wide.h = effective_kernel(w.h, d.w);
    }
    try {
        return convolved_shape(
            x, wide,
            {.stride = layer.stride, .padding = layer.padding, .mode = layer.mode, .groups = layer.groups});
    } catch (const Error& wrong) {
        throw Error("dilated_conv2d, ", w.n, 'x', w.h, " taps ", d, " apart: ", wrong.what());
    }
}

namespace {

class DilatedConv2d : public Operation {
public:
    explicit DilatedConv2d(const DilatedOptions& options) : options_(options) {}

    std::string kind() const override { return "dilated_conv2d"; }
    Shape output(const Shapes& inputs) const override {
        return dilated_shape(inputs[0], filters(inputs[0]), layer());
    }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        return filter_parameters(w, options_.bias ? w.c : 0);
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        const Shape w = filters(inputs[0]);
        return output(inputs).size() * w.n * w.h * w.w;
    }
    Window window(const Shapes& /*inputs*/) const override {
        return {.kernel = options_.kernel,
                .stride = options_.stride,
                .padding = options_.padding,
                .dilation = options_.dilation,
                .repeats = options_.mode != PaddingMode::constant};
    }

    void forward(const Forward& call, MutableView y) const override {
        const View b = options_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::dilated_conv2d(call.inputs[0], call.parameters[0], b, layer()), y);
        else
            optimized::dilated_conv2d_into(call.inputs[0], call.parameters[0], b, layer(), y);
    }
    Prepared prepare(const Shapes& inputs, const std::vector<View>& parameters,
                     const Mode& mode) const override {
        if (mode.kernels == Kernels::naive) return Operation::prepare(inputs, parameters, mode);
        const View b = options_.bias ? parameters[1] : View{};
        return [call = optimized::prepared_dilated_conv2d(parameters[0], b, layer(), inputs[0])](
                   const std::vector<View>& x, MutableView y) { call(x[0], y); };
    }
    Reads backward_reads() const override { return {.inputs = true, .output = false}; }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0], w = call.parameters[0];
        write_gradients(
            call,
            {[&](View dy) { return naive::dilated_conv2d_backward_input(dy, w, x.shape, layer()); },
             [&](View dy, MutableView dx) {
                 optimized::prepared_dilated_conv2d_backward_input(w, layer(), x.shape)(dy, dx);
             }},
            {[&](View dy) { return naive::dilated_conv2d_backward_filters(dy, x, w.shape, layer()); },
             [&](View dy, MutableView dw) {
                 optimized::dilated_conv2d_backward_filters_into(dy, x, layer(), dw);
             }});
    }

private:
    DilatedConvolution layer() const {
        return {options_.dilation, options_.stride, options_.padding, options_.mode, options_.groups};
    }
    Shape filters(const Shape& x) const {
        return {options_.kernel.h, options_.kernel.w, x.c / std::max(1, options_.groups), options_.filters};
    }

    DilatedOptions options_;
};

}  // namespace

Node dilated_conv(Node x, const DilatedOptions& options, std::string name) {
    return x.then(std::make_shared<DilatedConv2d>(options), std::move(name));
}

}  // namespace cnn
