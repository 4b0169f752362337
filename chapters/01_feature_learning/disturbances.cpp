// Images moved, turned, and with noise.
#include "disturbances.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/base/random.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

Tensor moved(View images, int down, int right) {
    Tensor result(images.shape);
    const auto [N, H, W, C] = images.shape;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                std::copy_n(images.pixel(n, std::clamp(i - down, 0, H - 1), std::clamp(j - right, 0, W - 1)),
                            C, result.view().pixel(n, i, j));
    return result;
}

Tensor turned(View images, double degrees) {
    Tensor result(images.shape);
    const int height = images.shape.h, width = images.shape.w, channels = images.shape.c;
    const double cosine = std::cos(degrees * std::numbers::pi / 180),
                 sine = std::sin(degrees * std::numbers::pi / 180);
    const double middle_h = (height - 1) / 2.0, middle_w = (width - 1) / 2.0;
    parallel_for(images.shape.n, [&](int n) {
        for (int i = 0; i < height; ++i)
            for (int j = 0; j < width; ++j) {
                // Where this pixel comes from, between four others.
                const double y = i - middle_h, x = j - middle_w;
                const double from_h = std::clamp(middle_h + cosine * y + sine * x, 0.0, height - 1.0),
                             from_w = std::clamp(middle_w - sine * y + cosine * x, 0.0, width - 1.0);
                const int top = std::min(int(from_h), std::max(0, height - 2)),
                          left = std::min(int(from_w), std::max(0, width - 2));
                const int bottom = std::min(top + 1, height - 1), right = std::min(left + 1, width - 1);
                const real a = real(from_h - top), b = real(from_w - left);
                for (int k = 0; k < channels; ++k)
                    result(n, i, j, k) =
                        (1 - a) * ((1 - b) * images(n, top, left, k) + b * images(n, top, right, k)) +
                        a * ((1 - b) * images(n, bottom, left, k) + b * images(n, bottom, right, k));
            }
    });
    return result;
}

Tensor noisy(View images, real deviation, std::uint64_t seed) {
    Tensor result(images);
    Random random(seed);
    for (real& pixel : result.flat()) pixel += deviation * real(random.normal());
    return result;
}

std::vector<std::pair<std::string, Tensor>> disturbances(View images) {
    return {{"none", Tensor(images)},
            {"moved by 1 pixel", moved(images, 0, 1)},
            {"moved by 2 pixels", moved(images, 0, 2)},
            {"moved by 4 pixels", moved(images, 0, 4)},
            {"turned by 5 degrees", turned(images, 5)},
            {"turned by 15 degrees", turned(images, 15)},
            {"turned by 30 degrees", turned(images, 30)},
            {"noise of deviation 0.05", noisy(images, real(0.05))},
            {"noise of deviation 0.1", noisy(images, real(0.1))},
            {"noise of deviation 0.2", noisy(images, real(0.2))}};
}

}  // namespace cnn
