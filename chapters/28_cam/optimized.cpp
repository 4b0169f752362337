// Interpolation and the weighted sum are both linear, so they may change places: a 14x14 map of one class is
// enlarged, not 512 feature maps.  And bilinear interpolation is one step along rows and one along columns.
#include <algorithm>

#include "cam.hpp"
#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

// [weighed]
Tensor weighed(View features, View w, const std::vector<int>& labels) {
    const auto [N, H, W, K] = features.shape;
    require(w.shape.n == 1 && w.shape.h == 1 && w.shape.w == K, "cam: the weights are ", w.shape,
            ", the maps ", features.shape, "; there must be one weight for each of ", K,
            " maps and each class");
    Tensor M({N, H, W, int(labels.size())});
    for (std::size_t l = 0; l < labels.size(); ++l) {
        require(0 <= labels[l] && labels[l] < w.shape.c, "cam: there is no class ", labels[l],
                "; they are numbered 0 to ", w.shape.c - 1);
        std::vector<real> weights;
        for (int k = 0; k < K; ++k) weights.push_back(w(0, 0, k, labels[l]));
        for (int n = 0; n < N; ++n)
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j) {
                    const real* pixel = features.pixel(n, i, j);
                    real sum = 0;
                    for (int k = 0; k < K; ++k) sum += weights[std::size_t(k)] * pixel[k];
                    M(n, i, j, int(l)) = sum;
                }
    }
    return M;
}
// [weighed]

namespace optimized {

namespace {

/// The two pixels between which one pixel of the result lies, and the second one's weight.
struct Between {
    int first, second;
    real weight;
};

std::vector<Between> between(int from, int to) {
    std::vector<Between> all;
    for (int i = 0; i < to; ++i) {
        const double at = std::max(0.0, (i + 0.5) * from / to - 0.5);
        all.push_back({int(at), std::min(int(at) + 1, from - 1), real(at - int(at))});
    }
    return all;
}

/// to = (1 - weight) a + weight b, number by number.
void blend(const real* a, const real* b, real weight, int count, real* to) {
    for (int k = 0; k < count; ++k) to[k] = (1 - weight) * a[k] + weight * b[k];
}

}  // namespace

// [upsample]
Tensor upsample(View maps, Extent size) {
    require(size.h >= 1 && size.w >= 1, "upsample: the size is ", size, "; it must be at least 1x1");
    const auto [N, H, W, C] = maps.shape;
    const std::vector<Between> rows = between(H, size.h), columns = between(W, size.w);
    Tensor wide = Tensor::uninitialized({N, H, size.w, C}),
           large = Tensor::uninitialized({N, size.h, size.w, C});
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < size.w; ++j) {
                const auto& [first, second, weight] = columns[std::size_t(j)];
                blend(maps.pixel(n, i, first), maps.pixel(n, i, second), weight, C,
                      wide.view().pixel(n, i, j));
            }
    parallel_for(N * size.h, [&, C = C](int row) {
        const int n = row / size.h, i = row % size.h;
        const auto& [first, second, weight] = rows[std::size_t(i)];
        blend(wide.view().pixel(n, first, 0), wide.view().pixel(n, second, 0), weight, size.w * C,
              large.view().pixel(n, i, 0));
    });
    return large;
}
// [upsample]

// [cam]
Tensor cam(View features, View w, const std::vector<int>& labels, Extent size) {
    return upsample(weighed(features, w, labels), size);
}
// [cam]

}  // namespace optimized

}  // namespace cnn
