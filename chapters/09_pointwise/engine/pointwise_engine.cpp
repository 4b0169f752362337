// A 1x1 convolution is a product of matrices, pixels x channels times channels x filters; so are its
// gradients.
#include "engine/pointwise_engine.hpp"

#include "common/base/error.hpp"
#include "engine/convolution_engine.hpp"
#include "pointwise.hpp"

namespace cnn::engine {

Matrix filter_matrix(View w) { return {w.data, w.shape.w, w.shape.c, w.pixel_pitch, 1}; }

void pointwise_conv2d_packed(View x, const Panels& w, const Epilogue& epilogue, MutableView y) {
    require_epilogue("pointwise_conv2d", epilogue, y.shape);
    multiply(x, w, epilogue, y);
}

void pointwise_conv2d_into(View x, View w, const Epilogue& epilogue, MutableView y) {
    const Shape shape = pointwise_shape(x.shape, w.shape);
    require(y.shape == shape, "pointwise_conv2d: the output is ", y.shape, "; it must be ", shape);
    pointwise_conv2d_packed(x, Panels(filter_matrix(w)), epilogue, y);
}

Tensor pointwise_conv2d(View x, View w, const Epilogue& epilogue) {
    Tensor y = Tensor::uninitialized(pointwise_shape(x.shape, w.shape));
    pointwise_conv2d_into(x, w, epilogue, y);
    return y;
}

// [backward]
void pointwise_conv2d_backward_input_packed(View dy, const Panels& w, MutableView dx) {
    multiply(dy, w, {}, dx);
}

void pointwise_conv2d_backward_input_into(View dy, View w, MutableView dx) {
    require_gradient("pointwise_conv2d", dy, pointwise_shape(dx.shape, w.shape));
    pointwise_conv2d_backward_input_packed(dy, Panels(filter_matrix(w).transposed()), dx);
}

void pointwise_conv2d_backward_filters_into(View dy, View x, MutableView dw) {
    require_gradient("pointwise_conv2d", dy, pointwise_shape(x.shape, dw.shape));
    backward_filters(dy, x, 1, 0, 1, 1, dw);
}
// [backward]

Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x) {
    Tensor dx = Tensor::uninitialized(x);
    pointwise_conv2d_backward_input_into(dy, w, dx);
    return dx;
}

Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w) {
    Tensor dw = Tensor::uninitialized(w);
    pointwise_conv2d_backward_filters_into(dy, x, dw);
    return dw;
}

}  // namespace cnn::engine
