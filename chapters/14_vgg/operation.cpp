// Winograd's algorithm as a node: whatever else there is to know of the layer, the convolution's own says.
#include <algorithm>

#include "common/base/error.hpp"
#include "common/graph/window_operation.hpp"
#include "common/machine/simd.hpp"
#include "filter_node.hpp"
#include "winograd.hpp"

namespace cnn {

namespace optimized {

// [turned]
Prepared prepared_winograd_backward_input(View w, const Sides& padding, const Shape& x) {
    const auto& [top, bottom, left, right] = padding;
    require(std::max({top, bottom, left, right}) <= 2, "winograd: a padding of ", padding,
            "; the gradient of its input takes at most 2 a side");
    const auto [KH, KW, C, F] = w.shape;
    Tensor turned({KH, KW, F, C});
    for (int m = 0; m < KH; ++m)
        for (int n = 0; n < KW; ++n)
            for (int c = 0; c < C; ++c)
                for (int f = 0; f < F; ++f) turned(KH - 1 - m, KW - 1 - n, f, c) = w(m, n, c, f);
    const Shape dy = winograd_shape(x, w.shape, padding);
    return prepared_winograd_conv2d(turned, {2 - top, 2 - bottom, 2 - left, 2 - right}, {}, dy);
}
// [turned]

}  // namespace optimized

namespace {

class WinogradConv2d : public Operation, public WindowOperation, public InputGradientOperation {
public:
    explicit WinogradConv2d(const Convolution& layer) : layer_(layer), direct_(conv2d_operation(layer)) {}

    std::string kind() const override { return direct_->kind(); }
    Shape output(const Shapes& inputs) const override { return direct_->output(inputs); }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        return direct_->parameters(inputs);
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override { return direct_->multiply_adds(inputs); }
    Window window(const Shapes& inputs) const override { return direct_->window(inputs); }
    Reads backward_reads() const override { return direct_->backward_reads(); }
    std::optional<OnWindows> on_windows(const std::vector<View>& parameters) const override {
        return dynamic_cast<const WindowOperation&>(*direct_).on_windows(parameters);
    }

    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive) return direct_->forward(call, y);
        prepare(shapes_of(call), call.parameters, call.mode)(call.inputs, y);
    }
    Prepared prepare(const Shapes& inputs, const std::vector<View>& parameters,
                     const Mode& mode) const override {
        if (mode.kernels == Kernels::naive) return direct_->prepare(inputs, parameters, mode);
        return [call = optimized::prepared_winograd_conv2d_plus(
                    parameters[0], layer_.padding, layer_.bias ? parameters[1] : View{}, layer_.activation,
                    inputs[0])](const std::vector<View>& x, MutableView y) {
            call(x[0], x.size() == 2 ? x[1] : View{}, y);
        };
    }

    void backward(const Backward& call) const override {
        if (call.mode.kernels == Kernels::naive) return direct_->backward(call);
        // The filters' gradient is a sum over pixels, and no convolution of 3x3.
        const auto asked = [](const MutableView& gradient) { return !gradient.empty(); };
        if (std::ranges::any_of(call.parameter_gradients, asked)) {
            Backward rest = call;
            for (MutableView& gradient : rest.input_gradients) gradient = {};
            direct_->backward(rest);
        }
        prepare_backward(shapes_of(call), call.parameters)(call);
    }
    PreparedBackward prepare_backward(const Shapes& inputs,
                                      const std::vector<View>& parameters) const override {
        return before_epilogue(layer_.activation, optimized::prepared_winograd_backward_input(
                                                      parameters[0], layer_.padding, inputs[0]));
    }

private:
    static Shapes shapes_of(const Call& call) {
        Shapes shapes;
        for (const View& input : call.inputs) shapes.push_back(input.shape);
        return shapes;
    }

    Convolution layer_;
    std::shared_ptr<const Operation> direct_;
};

/// Whether the layer on this input is this algorithm's.
bool pays(Node x, const Convolution& layer) {
    constexpr int smallest = 6;  // rows and columns: fewer tiles than that are mostly outside of the map
    const Sides& p = layer.padding;
    const Shape w{layer.kernel.h, layer.kernel.w, x.shape().c, layer.filters};
    return winograd_fits(w, layer) && std::max({p.top, p.bottom, p.left, p.right}) <= 2 &&
           std::min({p.top, p.bottom, p.left, p.right}) >= 0 && x.shape().h >= smallest &&
           x.shape().w >= smallest && x.shape().c >= simd::lanes && layer.filters >= simd::lanes;
}

}  // namespace

Node winograd_conv(Node x, const Convolution& layer, std::string name) {
    if (!pays(x, layer)) return conv(x, layer, std::move(name));
    return x.then(std::make_shared<WinogradConv2d>(layer), std::move(name));
}

Node winograd_conv_plus(Node x, Node residual, const Convolution& layer, std::string name) {
    if (!pays(x, layer)) return conv_plus(x, residual, layer, std::move(name));
    return x.graph->add(std::make_shared<WinogradConv2d>(layer), {x, residual}, std::move(name));
}

}  // namespace cnn
