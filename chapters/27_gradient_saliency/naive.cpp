/// @file  The derivative as it is defined: nudge a pixel, see what the score does.
#include <algorithm>
#include <cmath>

#include "saliency.hpp"

namespace cnn {

// [channels]
Tensor largest_channel(View w) {
    const auto [N, H, W, C] = w.shape;
    Tensor M({N, H, W, 1});
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int k = 0; k < C; ++k) M(n, i, j, 0) = std::max(M(n, i, j, 0), std::abs(w(n, i, j, k)));
    return M;
}
// [channels]

namespace naive {

// [naive]
Tensor gradient(const Classifier& net, const Weights& weights, View image, int label, double step) {
    require_picture("saliency", net, image);
    require_class("saliency", net, label);
    Tensor w(image.shape), nudged(image);
    const auto score = [&] { return double(logits(net, weights, nudged)(0, 0, 0, label)); };

    for (std::size_t pixel = 0; pixel < w.flat().size(); ++pixel) {
        real& value = nudged.flat()[pixel];
        const real before = value;
        value = before + real(step);
        const double up = score();
        value = before - real(step);
        const double down = score();
        value = before;
        w.flat()[pixel] = real((up - down) / (2 * step));
    }
    return w;
}
// [naive]

}  // namespace naive

}  // namespace cnn
