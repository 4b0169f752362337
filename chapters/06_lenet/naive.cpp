// A dense layer, forward and backward: the chain rule written out.
#include "common/kernels/epilogue.hpp"
#include "dense.hpp"

namespace cnn::naive {

// [dense]
Tensor dense(View x, View w, View b) {
    Tensor y(dense_shape(x.shape, w.shape));
    require_bias("dense", b, w.shape.c);
    const auto [N, H, W, C] = x.shape;
    for (int n = 0; n < N; ++n)
        for (int o = 0; o < w.shape.c; ++o) {
            real sum = b.empty() ? real{0} : b(0, 0, 0, o);
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j)
                    for (int c = 0; c < C; ++c) sum += x(n, i, j, c) * w(i, j, c, o);
            y(n, 0, 0, o) = sum;
        }
    return y;
}
// [dense]

// [dense_backward]
// dL/dx(i, j, c) = sum_o dL/dy(o) w(i, j, c, o)
Tensor dense_backward_input(View dy, View w, const Shape& x) {
    require_gradient("dense", dy, dense_shape(x, w.shape));
    Tensor dx(x);
    for (int n = 0; n < x.n; ++n)
        for (int i = 0; i < x.h; ++i)
            for (int j = 0; j < x.w; ++j)
                for (int c = 0; c < x.c; ++c)
                    for (int o = 0; o < w.shape.c; ++o) dx(n, i, j, c) += dy(n, 0, 0, o) * w(i, j, c, o);
    return dx;
}

// dL/dw(i, j, c, o) = sum_n dL/dy(n, o) x(n, i, j, c)
Tensor dense_backward_weights(View dy, View x, const Shape& w) {
    require_gradient("dense", dy, dense_shape(x.shape, w));
    Tensor dw(w);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < w.n; ++i)
            for (int j = 0; j < w.h; ++j)
                for (int c = 0; c < w.w; ++c)
                    for (int o = 0; o < w.c; ++o) dw(i, j, c, o) += dy(n, 0, 0, o) * x(n, i, j, c);
    return dw;
}
// [dense_backward]

}  // namespace cnn::naive
