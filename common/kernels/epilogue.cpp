#include "common/kernels/epilogue.hpp"

#include "common/base/error.hpp"
#include "common/kernels/elementwise.hpp"

namespace cnn {

Tensor before_activation(Activation activation, View y, View dy) {
    Tensor passed(dy);
    if (activation == Activation::none) return passed;
    map_numbers(y, dy, passed, [&](real value, real gradient) {
        const bool stopped = value <= 0 || (activation == Activation::relu6 && value >= 6);
        return stopped ? real{0} : gradient;
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
