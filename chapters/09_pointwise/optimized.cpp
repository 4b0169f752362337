// A 1x1 convolution is a product of matrices: pixels x channels times channels x filters.
#include <algorithm>

#include "common/error.hpp"
#include "pointwise.hpp"
#include "product.hpp"

namespace cnn::optimized {

namespace {

/// Whether all pixels of a view follow each other at one distance, so that they are the rows of a matrix.
template <class Number>
bool even(const BasicView<Number>& v) {
    const bool rows = v.shape.h == 1 || v.next_row == v.next_pixel * v.shape.w;
    return rows && (v.shape.n == 1 || v.next_image == v.next_pixel * v.shape.w * v.shape.h);
}

/// The pixels of a view as the rows of a matrix; `copied` is where they are brought together if need be.
Matrix pixels(View x, Tensor& copied) {
    if (!even(x)) x = (copied = Tensor(x));
    return {x.data, x.shape.n * x.shape.h * x.shape.w, x.shape.c, x.next_pixel, 1};
}

}  // namespace

Matrix filter_matrix(View w) { return {w.data, w.shape.w, w.shape.c, w.next_pixel, 1}; }

// [forward]
void pointwise_conv2d_packed(View x, const Panels& w, View b, const Pointwise& layer, MutableView y) {
    Tensor copied, apart;
    const bool direct = even(y);
    if (!direct) apart = Tensor::unset(y.shape);
    const MutableView to = direct ? y : apart.view();
    multiply(pixels(x, copied), w, {.bias = b.data, .relu = layer.relu}, to.data, to.next_pixel);
    if (!direct) copy(apart, y);
}
// [forward]

void pointwise_conv2d_into(View x, View w, View b, const Pointwise& layer, MutableView y) {
    const Shape shape = pointwise_shape(x.shape, w.shape);
    require(y.shape == shape, "pointwise_conv2d: the output is ", y.shape, "; it must be ", shape);
    require_pointwise_bias(b, w.shape);
    pointwise_conv2d_packed(x, Panels(filter_matrix(w)), b, layer, y);
}

Tensor pointwise_conv2d(View x, View w, View b, const Pointwise& layer) {
    Tensor y = Tensor::unset(pointwise_shape(x.shape, w.shape));
    pointwise_conv2d_into(x, w, b, layer, y);
    return y;
}

// [backward]
Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x) {
    require_pointwise_gradient(dy, pointwise_shape(x, w.shape));
    Tensor dx = Tensor::unset(x), copied;
    multiply(pixels(dy, copied), Panels(filter_matrix(w).transposed()), {}, dx.flat().data(), x.c);
    return dx;
}

Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w) {
    require_pointwise_gradient(dy, pointwise_shape(x.shape, w));
    Tensor dw(w), copied_x, copied_dy;
    const Matrix from = pixels(x, copied_x), to = pixels(dy, copied_dy);
    // The sum runs over pixels: as many at a time as caches hold of both maps.
    const int each = std::max(64, (1 << 17) / (x.shape.c + w.c));
    for (int first = 0; first < from.rows; first += each) {
        const int count = std::min(each, from.rows - first);
        multiply(from.below(first, count).transposed(), Panels(to.below(first, count)), {.add = first > 0},
                 dw.flat().data(), w.c);
    }
    return dw;
}
// [backward]

}  // namespace cnn::optimized
