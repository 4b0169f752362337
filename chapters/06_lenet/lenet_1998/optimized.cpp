// The parts of 1998, fast.
//
//   1. subsampling  channels in lanes, the four pixels of a window added as whole rows of channels
//   2. C3           the kernels that the table leaves out are zeros of a dense bank of filters, for the
//                   convolution of chapter 04: 60 of 96 kernels count, all 16 maps fill a vector
#include <cmath>

#include "common/kernels/elementwise.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/machine/parallel.hpp"
#include "convolution.hpp"
#include "lenet_1998/lenet_1998.hpp"

namespace cnn::optimized {

namespace {

// Every connection's kernel at its place in a dense bank of filters, (kh, kw, maps, filters), or back again.
template <class Move>
void for_each_connection(const Connections& table, const Shape& w, const Move& move) {
    for (int f = 0, k = 0; f < int(table.size()); ++f)
        for (const int map : table[std::size_t(f)]) {
            for (int m = 0; m < w.n; ++m)
                for (int l = 0; l < w.h; ++l) move(m, l, map, f, k);
            ++k;
        }
}

Tensor dense_bank(View w, int maps, const Connections& table) {
    Tensor bank({w.shape.n, w.shape.h, maps, int(table.size())});
    for_each_connection(table, w.shape,
                        [&](int m, int l, int map, int f, int k) { bank(m, l, map, f) = w(m, l, 0, k); });
    return bank;
}

}  // namespace

Tensor squash(View a) {
    Tensor f = Tensor::uninitialized(a.shape);
    map_numbers(a, f, [](real x) { return real(1.7159) * std::tanh(real(2.0 / 3) * x); });
    return f;
}

Tensor squash_backward(View df, View f) {
    require_gradient("squash", df, f.shape);
    Tensor da = Tensor::uninitialized(f.shape);
    map_numbers(df, f, da, [](real gradient, real out) {
        const real tanh = out * real(1 / 1.7159);
        return gradient * (real(1.7159 * 2 / 3) * (1 - tanh * tanh));
    });
    return da;
}

Tensor subsample(View x, View w, View b) {
    const Shape shape = subsampled_shape(x.shape);
    require_subsample(w, b, x.shape);
    Tensor y = Tensor::uninitialized(shape);
    const View corners[] = {x.strided(2), x.strided(2, 0, 1), x.strided(2, 1, 0), x.strided(2, 1, 1)};
    parallel_for(shape.n, [&, to = y.view()](int n) {
        for (int i = 0; i < to.shape.h; ++i)
            for (int j = 0; j < to.shape.w; ++j) {
                const real *p = corners[0].pixel(n, i, j), *q = corners[1].pixel(n, i, j);
                const real *r = corners[2].pixel(n, i, j), *s = corners[3].pixel(n, i, j);
                real* out = to.pixel(n, i, j);
                for (int c = 0; c < to.shape.c; ++c)
                    out[c] = w.data[c] * (p[c] + q[c] + r[c] + s[c]) + (b.empty() ? 0 : b.data[c]);
            }
    });
    return y;
}

Tensor subsample_backward_input(View dy, View w, const Shape& x) {
    require_gradient("subsample", dy, subsampled_shape(x));
    require_subsample(w, {}, x);
    Tensor dx = Tensor::uninitialized(x);
    parallel_for(x.n, [&, to = dx.view()](int n) {
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j) {
                const real* from = dy.pixel(n, i / 2, j / 2);
                real* out = to.pixel(n, i, j);
                for (int c = 0; c < x.c; ++c) out[c] = w.data[c] * from[c];
            }
    });
    return dx;
}

Tensor subsample_backward_weights(View dy, View x) {
    require_gradient("subsample", dy, subsampled_shape(x.shape));
    Tensor dw({.c = x.shape.c});
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j) {
                const real *from = x.pixel(n, i, j), *gradient = dy.pixel(n, i / 2, j / 2);
                for (int c = 0; c < x.shape.c; ++c) dw.flat()[std::size_t(c)] += from[c] * gradient[c];
            }
    return dw;
}

Tensor partial_conv2d(View x, View w, View b, const Connections& table) {
    partial_shape(x.shape, {w.shape.n, w.shape.h}, table);
    require_partial(w.shape, b, table);
    return conv2d(x, dense_bank(w, x.shape.c, table), b, {});
}

Tensor partial_conv2d_backward_input(View dy, View w, const Shape& x, const Connections& table) {
    require_partial(w.shape, {}, table);
    require_gradient("partial_conv2d", dy, partial_shape(x, {w.shape.n, w.shape.h}, table));
    return conv2d_backward_input(dy, dense_bank(w, x.c, table), x, {});
}

Tensor partial_conv2d_backward_filters(View dy, View x, const Shape& w, const Connections& table) {
    require_partial(w, {}, table);
    require_gradient("partial_conv2d", dy, partial_shape(x.shape, {w.n, w.h}, table));
    const Tensor all = conv2d_backward_filters(dy, x, {w.n, w.h, x.shape.c, dy.shape.c}, {});
    Tensor dw = Tensor::uninitialized(w);
    for_each_connection(table, w,
                        [&](int m, int l, int map, int f, int k) { dw(m, l, 0, k) = all(m, l, map, f); });
    return dw;
}

}  // namespace cnn::optimized
