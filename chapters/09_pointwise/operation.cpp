#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "engine/pointwise_engine.hpp"
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

namespace {

class PointwiseConv2d : public Operation {
public:
    explicit PointwiseConv2d(const Pointwise& layer) : layer_(layer) {}

    std::string kind() const override { return "pointwise_conv2d"; }
    Shape output(const Shapes& inputs) const override {
        require(layer_.stride.h >= 1 && layer_.stride.w >= 1, "pointwise_conv2d: the stride is ",
                layer_.stride, "; it must be at least 1");
        return pointwise_shape(seen(inputs[0]), filters(inputs[0]));
    }
    std::vector<Parameter> parameters(const Shapes& inputs) const override {
        return filter_parameters(filters(inputs[0]), layer_.bias ? layer_.filters : 0);
    }
    std::int64_t multiply_adds(const Shapes& inputs) const override {
        return output(inputs).size() * inputs[0].c;
    }
    Window window(const Shapes& /*inputs*/) const override { return {.stride = layer_.stride}; }

    void forward(const Forward& call, MutableView y) const override {
        const View x = call.inputs[0].strided(layer_.stride), w = call.parameters[0];
        const View b = layer_.bias ? call.parameters[1] : View{};
        if (call.mode.kernels == Kernels::naive)
            copy(naive::pointwise_conv2d(x, w, {.bias = b}), y);
        else
            engine::pointwise_conv2d_into(x, w, {.bias = b}, y);
    }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0].strided(layer_.stride), w = call.parameters[0];
        Backward strided = call;
        if (MutableView& dx = strided.input_gradients[0]; !dx.empty()) {
            if (layer_.stride != Extent(1)) fill(dx, 0);  // what the stride steps over gets nothing
            dx = dx.strided(layer_.stride);
        }
        write_gradients(
            strided,
            {[&](View dy) { return naive::pointwise_conv2d_backward_input(dy, w, x.shape); },
             [&](View dy, MutableView dx) { engine::pointwise_conv2d_backward_input_into(dy, w, dx); }},
            {[&](View dy) { return naive::pointwise_conv2d_backward_filters(dy, x, w.shape); },
             [&](View dy, MutableView dw) { engine::pointwise_conv2d_backward_filters_into(dy, x, dw); }});
    }

private:
    Shape filters(const Shape& x) const { return {1, 1, x.c, layer_.filters}; }
    Shape seen(const Shape& x) const {
        const auto [h, w] = layer_.stride;
        return {x.n, divide_up(x.h, h), divide_up(x.w, w), x.c};
    }

    Pointwise layer_;
};

}  // namespace

Node pointwise_conv(Node x, const Pointwise& layer, std::string name) {
    return x.then(std::make_shared<PointwiseConv2d>(layer), std::move(name));
}

}  // namespace cnn
