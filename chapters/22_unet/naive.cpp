/// @file  Crop, number by number.
#include "common/base/error.hpp"
#include "crop.hpp"

namespace cnn::naive {

// [naive]
Tensor crop(View x, const Sides& margins) {
    Tensor y(cropped_shape(x.shape, margins));
    const auto [N, H, W, C] = y.shape();
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) y(n, i, j, c) = x(n, margins.top + i, margins.left + j, c);
    return y;
}
// [naive]

// [naive_backward]
Tensor crop_backward(View dy, const Shape& x, const Sides& margins) {
    const Shape y = cropped_shape(x, margins);
    require(dy.shape == y, "crop: the gradient is ", dy.shape, ", the output ", y, "; they must be the same");
    Tensor dx(x);
    for (int n = 0; n < y.n; ++n)
        for (int i = 0; i < y.h; ++i)
            for (int j = 0; j < y.w; ++j)
                for (int c = 0; c < y.c; ++c) dx(n, margins.top + i, margins.left + j, c) = dy(n, i, j, c);
    return dx;
}
// [naive_backward]

}  // namespace cnn::naive
