#include <cmath>

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "transposed.hpp"

namespace cnn {

namespace {

/// Calls product(m, l, k, row, column, channel) for every weight that x(., i, j, c) meets: the tap and the
/// place in y that it reaches, if that was not cropped away.
template <class Product>
void for_each_product(int i, int j, int c, const Shape& y, const Shape& w, const TransposedConvolution& layer,
                      const Product& product) {
    const auto& [S, P, output_padding, d, groups] = layer;
    const int group = c / (w.c / groups);
    for (int m = 0; m < w.n; ++m)
        for (int l = 0; l < w.h; ++l)
            for (int k = 0; k < w.w; ++k) {
                const int row = i * S.h - P.top + m * d.h, column = j * S.w - P.left + l * d.w;
                if (0 <= row && row < y.h && 0 <= column && column < y.w)
                    product(m, l, k, row, column, group * w.w + k);
            }
}

/// A map of this shape that holds the bias everywhere.
Tensor biased(const Shape& shape, View b) {
    Tensor y(shape);
    if (b.empty()) return y;
    for (int n = 0; n < shape.n; ++n)
        for (int i = 0; i < shape.h; ++i)
            for (int j = 0; j < shape.w; ++j) copy(b, y.view().images(n, 1).window(i, j, 1));
    return y;
}

/// x with step - 1 zeros between its numbers.
Tensor spread(View x, Extent step) {
    Tensor y({x.shape.n, (x.shape.h - 1) * step.h + 1, (x.shape.w - 1) * step.w + 1, x.shape.c});
    copy(x, y.view().strided(step));
    return y;
}

}  // namespace

// [matrix]
Tensor convolution_matrix(const Shape& x, View w, const TransposedConvolution& layer) {
    const Shape y = transposed_shape({1, x.h, x.w, x.c}, w.shape, layer);
    Tensor matrix({.h = x.h * x.w * x.c, .w = int(y.size())});
    for (int i = 0; i < x.h; ++i)
        for (int j = 0; j < x.w; ++j)
            for (int c = 0; c < x.c; ++c)
                for_each_product(
                    i, j, c, y, w.shape, layer, [&](int m, int l, int k, int row, int column, int channel) {
                        matrix(0, (i * x.w + j) * x.c + c, (row * y.w + column) * y.c + channel, 0) =
                            w(m, l, k, c);
                    });
    return matrix;
}
// [matrix]

int rank(View matrix) {
    Tensor a(matrix);
    int rank = 0;
    for (int column = 0; column < a.shape().w && rank < a.shape().h; ++column) {
        // The row with the largest number in this column becomes the pivot.
        int pivot = rank;
        for (int i = rank; i < a.shape().h; ++i)
            if (std::abs(a(0, i, column, 0)) > std::abs(a(0, pivot, column, 0))) pivot = i;
        if (std::abs(a(0, pivot, column, 0)) < real(1e-4)) continue;
        for (int j = 0; j < a.shape().w; ++j) std::swap(a(0, rank, j, 0), a(0, pivot, j, 0));

        for (int i = rank + 1; i < a.shape().h; ++i) {
            const real factor = a(0, i, column, 0) / a(0, rank, column, 0);
            for (int j = column; j < a.shape().w; ++j) a(0, i, j, 0) -= factor * a(0, rank, j, 0);
        }
        ++rank;
    }
    return rank;
}

namespace naive {

// [scatter]
Tensor conv_transposed2d(View x, View w, View b, const TransposedConvolution& layer) {
    const Shape shape = transposed_shape(x.shape, w.shape, layer);
    require_transposed_bias(b, shape);
    Tensor y = biased(shape, b);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c)
                    for_each_product(i, j, c, shape, w.shape, layer,
                                     [&](int m, int l, int k, int row, int column, int channel) {
                                         y(n, row, column, channel) += x(n, i, j, c) * w(m, l, k, c);
                                     });
    return y;
}
// [scatter]

// [transpose]
Tensor conv_transposed2d_by_matrix(View x, View w, View b, const TransposedConvolution& layer) {
    const Shape shape = transposed_shape(x.shape, w.shape, layer);
    require_transposed_bias(b, shape);
    const Tensor matrix = convolution_matrix(x.shape, w, layer);
    Tensor y = biased(shape, b);
    const Tensor from(x);
    const std::size_t rows = std::size_t(matrix.shape().h), columns = std::size_t(matrix.shape().w);
    for (std::size_t n = 0; n < std::size_t(shape.n); ++n)
        for (std::size_t column = 0; column < columns; ++column)
            for (std::size_t row = 0; row < rows; ++row)
                y.flat()[n * columns + column] +=
                    matrix(0, int(row), int(column), 0) * from.flat()[n * rows + row];
    return y;
}
// [transpose]

// [zeros]
Tensor conv_transposed2d_by_zeros(View x, View w, View b, const TransposedConvolution& layer) {
    const auto& [S, P, output_padding, d, groups] = layer;
    const Shape shape = transposed_shape(x.shape, w.shape, layer);
    require_transposed_bias(b, shape);

    // Turn the kernel by 180 degrees, and let inputs and outputs of each group change places.
    const int inputs = w.shape.c / groups, outputs = w.shape.w;
    Tensor turned({w.shape.n, w.shape.h, inputs, outputs * groups});
    for (int m = 0; m < w.shape.n; ++m)
        for (int l = 0; l < w.shape.h; ++l)
            for (int g = 0; g < groups; ++g)
                for (int k = 0; k < outputs; ++k)
                    for (int c = 0; c < inputs; ++c)
                        turned(w.shape.n - 1 - m, w.shape.h - 1 - l, c, g * outputs + k) =
                            w(m, l, k, g * inputs + c);

    // A dilated kernel has zeros between its taps, as x has between its numbers.
    const Extent reach{d.h * (w.shape.n - 1), d.w * (w.shape.h - 1)};
    Tensor kernel({reach.h + 1, reach.w + 1, inputs, outputs * groups});
    for (int m = 0; m < w.shape.n; ++m)
        for (int l = 0; l < w.shape.h; ++l)
            copy(turned.view().images(m, 1).window(l, 0, {1, inputs}),
                 kernel.view().images(m * d.h, 1).window(l * d.w, 0, {1, inputs}));

    const Sides around{reach.h - P.top, reach.h - P.bottom + output_padding.h, reach.w - P.left,
                       reach.w - P.right + output_padding.w};
    return naive::conv2d(pad(spread(x, S), {.sides = around}), kernel, b, {.groups = groups});
}
// [zeros]

// [backward]
Tensor conv_transposed2d_backward_input(View dy, View w, const Shape& x, const TransposedConvolution& layer) {
    require_transposed_gradient(dy, transposed_shape(x, w.shape, layer));
    Tensor dx(x);
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j)
                for (int c = 0; c < x.c; ++c)
                    for_each_product(i, j, c, dy.shape, w.shape, layer,
                                     [&](int m, int l, int k, int row, int column, int channel) {
                                         dx(n, i, j, c) += dy(n, row, column, channel) * w(m, l, k, c);
                                     });
    return dx;
}

Tensor conv_transposed2d_backward_filters(View dy, View x, const Shape& w,
                                          const TransposedConvolution& layer) {
    require_transposed_gradient(dy, transposed_shape(x.shape, w, layer));
    Tensor dw(w);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c)
                    for_each_product(i, j, c, dy.shape, w, layer,
                                     [&](int m, int l, int k, int row, int column, int channel) {
                                         dw(m, l, k, c) += dy(n, row, column, channel) * x(n, i, j, c);
                                     });
    return dw;
}
// [backward]

std::int64_t conv_transposed2d_multiplications(const Shape& x, const Shape& w,
                                               const TransposedConvolution& layer) {
    const Shape y = transposed_shape(x, w, layer);
    std::int64_t count = 0;
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j)
                for (int c = 0; c < x.c; ++c)
                    for_each_product(i, j, c, y, w, layer, [&](int, int, int, int, int, int) { ++count; });
    return count;
}

}  // namespace naive

}  // namespace cnn
