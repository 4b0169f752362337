// A minibatch in one product.
//
//   1. naive          one image after another: every weight is read from memory once for each image
//   2. one product    all images are the rows of a matrix, so a weight that is loaded serves six of them
//   3. in place       a weight is used once a minibatch, so nothing is packed that need not be
//   4. no transposes  backward, the weights stay where they are: dx^T = w dy^T reads them as they lie
//
// The product itself, its registers and its caches, is common/kernels/product.hpp; chapter 09 builds it up.
#include "common/base/error.hpp"
#include "common/kernels/product.hpp"
#include "dense.hpp"

namespace cnn::optimized {

namespace {

// A view whose first three sizes are rows of a matrix, or only the first; copied where its memory does not
// allow that.
class Rows {
public:
    // The weights, (h, w, c, out): a row for each input.
    static Rows of_weights(View w) {
        return Rows(w, one_line(w), w.shape.n * w.shape.h * w.shape.w, w.shape.c, line_pitch(w));
    }
    // Images, (n, h, w, c): a row for each.
    static Rows of_images(View x) {
        View image = x;
        image.shape.n = 1;
        return Rows(x, image.contiguous(), x.shape.n, x.shape.h * x.shape.w * x.shape.c, x.image_pitch);
    }

    Matrix matrix;

private:
    Rows(View view, bool fits, int rows, int columns, std::ptrdiff_t row_pitch) {
        if (fits) {
            matrix = {view.data, rows, columns, row_pitch};
        } else {
            copy_ = Tensor(view);
            matrix = {copy_.flat().data(), rows, columns, columns};
        }
    }
    Tensor copy_;
};

}  // namespace

// [forward]
void dense_into(View x, View w, View b, MutableView y) {
    const Shape shape = dense_shape(x.shape, w.shape);
    require(y.shape == shape, "dense: the output is ", y.shape, "; it must be ", shape);
    require_bias("dense", b, w.shape.c);
    // y (N, O) = b + x (N, K) w (K, O)
    const Rows images = Rows::of_images(x), weights = Rows::of_weights(w);
    multiply(images.matrix, Panels::in_place(weights.matrix), {.bias = b}, y);
}
// [forward]

Tensor dense(View x, View w, View b) {
    Tensor y = Tensor::uninitialized(dense_shape(x.shape, w.shape));
    dense_into(x, w, b, y);
    return y;
}

// [backward]
Tensor dense_backward_input(View dy, View w, const Shape& x) {
    require_gradient("dense", dy, dense_shape(x, w.shape));
    // dx^T (K, N) = w (K, O) dy^T (O, N)
    const Rows gradients = Rows::of_images(dy), weights = Rows::of_weights(w);
    const int K = weights.matrix.rows, N = x.n;
    Tensor turned = Tensor::uninitialized({.h = K, .c = N}), dx = Tensor::uninitialized(x);
    multiply(weights.matrix, Panels(gradients.matrix.transposed()), {}, turned);
    for (int n = 0; n < N; ++n)
        for (int k = 0; k < K; ++k)
            dx.flat()[std::size_t(n) * std::size_t(K) + std::size_t(k)] = turned(0, k, 0, n);
    return dx;
}

Tensor dense_backward_weights(View dy, View x, const Shape& w) {
    require_gradient("dense", dy, dense_shape(x.shape, w));
    // dw (K, O) = x^T (K, N) dy (N, O)
    const Rows gradients = Rows::of_images(dy), images = Rows::of_images(x);
    Tensor dw = Tensor::uninitialized(w);
    multiply(images.matrix.transposed(), Panels::in_place(gradients.matrix), {}, dw);
    return dw;
}
// [backward]

}  // namespace cnn::optimized
