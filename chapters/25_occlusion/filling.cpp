#include "filling.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"

namespace cnn {

namespace {

/// Weights from -reach to reach that add up to 1.
std::vector<double> gaussian(double deviation) {
    const int reach = std::max(1, int(std::ceil(3 * deviation)));
    std::vector<double> weights;
    double sum = 0;
    for (int k = -reach; k <= reach; ++k) {
        weights.push_back(std::exp(-0.5 * k * k / (deviation * deviation)));
        sum += weights.back();
    }
    for (double& weight : weights) weight /= sum;
    return weights;
}

}  // namespace

Tensor blurred(View image, double deviation) {
    require(deviation > 0, "blur: a standard deviation of ", deviation, " pixels; it must be positive");
    const std::vector<double> weights = gaussian(deviation);
    const int reach = int(weights.size()) / 2;
    const auto [N, H, W, C] = image.shape;

    const auto along = [&, N = N, H = H, W = W, C = C](View x, bool rows) {
        Tensor y = Tensor::uninitialized(x.shape);
        for (int n = 0; n < N; ++n)
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j)
                    for (int c = 0; c < C; ++c) {
                        double sum = 0;
                        for (int k = -reach; k <= reach; ++k) {
                            const int row = rows ? std::clamp(i + k, 0, H - 1) : i;
                            const int column = rows ? j : std::clamp(j + k, 0, W - 1);
                            sum += weights[std::size_t(k + reach)] * double(x(n, row, column, c));
                        }
                        y(n, i, j, c) = real(sum);
                    }
        return y;
    };
    return along(along(image, true), false);
}

Tensor filling(View image, Fill fill, const std::vector<real>& grey) {
    const auto [N, H, W, C] = image.shape;
    require(grey.size() == 1 || int(grey.size()) == C, "occlusion: ", grey.size(),
            " numbers say what grey is, but the picture has ", C, " channels; give 1 or ", C);
    if (fill == Fill::blur) return blurred(image, std::max(1.0, std::min(H, W) / 16.0));

    Tensor filled(image.shape);
    for (int c = 0; c < C; ++c) {
        double value = 0;
        if (fill == Fill::grey) value = double(grey[grey.size() == 1 ? 0 : std::size_t(c)]);
        if (fill == Fill::mean) {
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j) value += double(image(0, i, j, c));
            value /= double(H) * W;
        }
        cnn::fill(filled.view().channels(c, 1), real(value));
    }
    return filled;
}

}  // namespace cnn
