#include "ascent.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "filling.hpp"

namespace cnn {

namespace {

struct Move {
    int down, right;
};

Move move_of(const ClassModel& options, int step) {
    Random random(options.seed * 1'000'003 + std::uint64_t(step));
    const int range = 2 * options.jitter + 1;
    const int down = random.below(range) - options.jitter, right = random.below(range) - options.jitter;
    return {down, right};
}

}  // namespace

void require_class_model(const Classifier& net, const std::vector<int>& labels, const ClassModel& options) {
    require(!labels.empty() && options.steps >= 1, "class_model: ", labels.size(), " classes, ",
            options.steps, " steps; at least one of each is needed");
    for (const int label : labels) require_class("class_model", net, label);
    require(options.mean.flat().empty() || options.mean.shape() == net.image.shape(),
            "class_model: the mean is ", options.mean.shape(), "; the network takes pictures of ",
            net.image.shape());
}

// [slope]
ClassModel scaled_to_slope(const Classifier& net, const Weights& weights, const std::vector<int>& labels,
                           ClassModel options) {
    // One step of length 1 from nothing is the gradient itself.
    const Tensor slope = optimized::class_models(net, weights, labels, {.steps = 1, .rate = 1, .lambda = 0});
    double steepest = 1e-12;
    for (const real value : slope.flat()) steepest = std::max(steepest, std::abs(double(value)));
    options.rate /= steepest;
    options.lambda *= steepest;
    return options;
}
// [slope]

Tensor rolled(View picture, int down, int right) {
    const auto [N, H, W, C] = picture.shape;
    Tensor moved = Tensor::uninitialized(picture.shape);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c)
                    moved(n, ((i + down) % H + H) % H, ((j + right) % W + W) % W, c) = picture(n, i, j, c);
    return moved;
}

// [norm]
Tensor norm_gradient(View pictures, Norm norm) {
    Tensor gradient(pictures);
    for (int n = 0; n < pictures.shape.n; ++n) {
        const std::span<real> one = gradient.view().images(n, 1).flat();
        double squares = 0;
        for (const real value : one) squares += double(value) * double(value);
        for (real& value : one)
            value = norm == Norm::squared ? 2 * value : real(double(value) / std::sqrt(squares));
    }
    return gradient;
}
// [norm]

Tensor with_mean(View pictures, const ClassModel& options) {
    Tensor sum(pictures);
    if (!options.mean.flat().empty())
        for (int n = 0; n < pictures.shape.n; ++n) add(options.mean, sum.view().images(n, 1));
    return sum;
}

Tensor shown(View pictures, const ClassModel& options, int step) {
    const Move move = move_of(options, step);
    return rolled(with_mean(pictures, options), move.down, move.right);
}

// [ascend]
void ascend(Tensor& pictures, View gradient, const ClassModel& options, int step) {
    const Move move = move_of(options, step);
    const Tensor uphill = rolled(gradient, -move.down, -move.right);
    Tensor dear = norm_gradient(pictures, options.norm);
    for (real& value : dear.flat())
        if (std::isnan(value)) value = 0;  // the plain norm at the zero start: 0 is one of its slopes there
    for (std::size_t i = 0; i < pictures.flat().size(); ++i)
        pictures.flat()[i] += real(options.rate) * (uphill.flat()[i] - real(options.lambda) * dear.flat()[i]);
    if (options.blur > 0 && step % 4 == 3) pictures = blurred(pictures, options.blur);
}
// [ascend]

}  // namespace cnn
