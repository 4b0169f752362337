/// @file  The slide's picture, literally: enlarge every feature map, weigh, sum.
#include <algorithm>
#include <cmath>

#include "cam.hpp"
#include "common/base/error.hpp"

namespace cnn {

namespace naive {

// [upsample]
Tensor upsample(View maps, Extent size) {
    require(size.h >= 1 && size.w >= 1, "upsample: the size is ", size, "; it must be at least 1x1");
    const auto [N, H, W, C] = maps.shape;
    Tensor large({N, size.h, size.w, C});
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < size.h; ++i)
            for (int j = 0; j < size.w; ++j)
                for (int c = 0; c < C; ++c) {
                    // The middle of pixel i lies at i + 1/2; before the first middle there is only the first
                    // pixel.
                    const double y = std::max(0.0, (i + 0.5) * H / size.h - 0.5);
                    const double x = std::max(0.0, (j + 0.5) * W / size.w - 0.5);
                    const int top = int(y), left = int(x);
                    const int bottom = std::min(top + 1, H - 1), right = std::min(left + 1, W - 1);
                    const real v = real(y - top), u = real(x - left);
                    large(n, i, j, c) =
                        (1 - v) * ((1 - u) * maps(n, top, left, c) + u * maps(n, top, right, c)) +
                        v * ((1 - u) * maps(n, bottom, left, c) + u * maps(n, bottom, right, c));
                }
    return large;
}
// [upsample]

// [cam]
Tensor cam(View features, View w, const std::vector<int>& labels, Extent size) {
    const Tensor A = upsample(features, size);
    Tensor M({.h = size.h, .w = size.w, .c = int(labels.size())});
    for (int i = 0; i < size.h; ++i)
        for (int j = 0; j < size.w; ++j)
            for (int l = 0; l < M.shape().c; ++l)
                for (int k = 0; k < A.shape().c; ++k)
                    M(0, i, j, l) += w(0, 0, k, labels[std::size_t(l)]) * A(0, i, j, k);
    return M;
}
// [cam]

}  // namespace naive

}  // namespace cnn
