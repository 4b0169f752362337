/// @file  Histograms of oriented gradients, pixel by pixel.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/base/error.hpp"
#include "oriented_gradients.hpp"

namespace cnn {

Shape oriented_gradients_shape(const Shape& images, const OrientedGradients& feature) {
    require(feature.cell >= 1 && feature.block >= 1 && feature.bins >= 1, "oriented gradients: cells of ",
            feature.cell, " pixels, blocks of ", feature.block, " cells and ", feature.bins,
            " bins; each must be at least 1");
    require(images.c == 1 || images.c == 3, "oriented gradients: the images have ", images.c,
            " channels; give them 1 or 3");
    const int down = images.h / feature.cell - feature.block + 1,
              across = images.w / feature.cell - feature.block + 1;
    require(down >= 1 && across >= 1, "oriented gradients: an image of ", images.h, 'x', images.w,
            " is smaller than a block of ", feature.block * feature.cell, " pixels; take smaller cells");
    return {images.n, down, across, feature.block * feature.block * feature.bins};
}

// [bin]
int direction_bin(real dx, real dy, int bins) {
    const real half_turn = std::numbers::pi_v<real>;
    real angle = std::atan2(dy, dx);
    if (angle < 0) angle += half_turn;  // a line has no front
    return int(angle * real(bins) / half_turn) % bins;
}
// [bin]

// [blocks]
void normalise_blocks(View histograms, const OrientedGradients& feature, MutableView blocks) {
    const int bins = feature.bins, cells = feature.block;
    const auto normalise = [&](real* v) {
        real square = feature.epsilon * feature.epsilon;
        for (int i = 0; i < blocks.shape.c; ++i) square += v[i] * v[i];
        const real scale = 1 / std::sqrt(square);
        for (int i = 0; i < blocks.shape.c; ++i) v[i] *= scale;
    };
    for (int h = 0; h < blocks.shape.h; ++h)
        for (int w = 0; w < blocks.shape.w; ++w) {
            real* v = blocks.pixel(0, h, w);
            for (int i = 0; i < cells; ++i)
                for (int j = 0; j < cells; ++j)
                    std::copy_n(histograms.pixel(0, h + i, w + j), bins, v + (i * cells + j) * bins);
            normalise(v);
            for (int i = 0; i < blocks.shape.c; ++i) v[i] = std::min(v[i], feature.clip);
            normalise(v);
        }
}
// [blocks]

namespace naive {

// [naive]
Tensor oriented_gradients(View images, const OrientedGradients& feature) {
    Tensor features(oriented_gradients_shape(images.shape, feature));
    const auto [N, H, W, C] = images.shape;
    for (int n = 0; n < N; ++n) {
        Tensor histograms({.h = H / feature.cell, .w = W / feature.cell, .c = feature.bins});
        for (int i = 0; i < H / feature.cell * feature.cell; ++i)
            for (int j = 0; j < W / feature.cell * feature.cell; ++j) {
                // The longest gradient of any channel.
                real dx = 0, dy = 0;
                for (int k = 0; k < C; ++k) {
                    const real x =
                        images(n, i, std::min(j + 1, W - 1), k) - images(n, i, std::max(j - 1, 0), k);
                    const real y =
                        images(n, std::min(i + 1, H - 1), j, k) - images(n, std::max(i - 1, 0), j, k);
                    if (x * x + y * y > dx * dx + dy * dy) dx = x, dy = y;
                }
                histograms(0, i / feature.cell, j / feature.cell, direction_bin(dx, dy, feature.bins)) +=
                    std::sqrt(dx * dx + dy * dy);
            }
        normalise_blocks(histograms, feature, features.view().images(n, 1));
    }
    return features;
}
// [naive]

}  // namespace naive

}  // namespace cnn
