#include "common/kernels/epilogue.hpp"

#include "common/base/error.hpp"
#include "common/kernels/elementwise.hpp"

namespace cnn {

Tensor before_activation(Activation activation, View y, View dy) {
    if (activation == Activation::none) return Tensor(dy);
    Tensor passed = Tensor::uninitialized(dy.shape);
    // Without captures and with one condition each, so that both loops run in lanes.
    if (activation == Activation::relu)
        map_numbers(y, dy, passed, [](real value, real gradient) { return value <= 0 ? real{0} : gradient; });
    else
        map_numbers(y, dy, passed, [](real value, real gradient) {
            const real above = value <= 0 ? real{0} : gradient;
            return value >= 6 ? real{0} : above;
        });
    return passed;
}

void require_bias(std::string_view layer, View b, int filters) {
    require(b.empty() || b.shape == Shape{.c = filters}, layer, ": the bias is ", b.shape, "; ", filters,
            " filters need ", Shape{.c = filters}, ", or none");
}

void require_gradient(std::string_view layer, View dy, const Shape& y) {
    require(dy.shape == y, layer, ": the gradient is ", dy.shape, "; the output it belongs to is ", y);
}

void require_epilogue(std::string_view layer, const Epilogue& epilogue, const Shape& y) {
    require_bias(layer, epilogue.bias, y.c);
    require(epilogue.residual.empty() || epilogue.residual.shape == y, layer, ": the residual is ",
            epilogue.residual.shape, "; it is added to an output of ", y, " and must have its shape");
}

}  // namespace cnn
