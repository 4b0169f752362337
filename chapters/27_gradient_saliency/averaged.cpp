// Two ways to calm a gradient: average it over noise, or along the way from a picture in which nothing is.
#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "saliency.hpp"

namespace cnn {

// [smooth]
Tensor smooth_gradient(const Classifier& net, const Weights& weights, View image, int label, double deviation,
                       int samples, std::uint64_t seed) {
    require(samples >= 1 && deviation >= 0, "smooth_gradient: ", samples, " samples of deviation ", deviation,
            "; at least one sample and no negative deviation are needed");
    PictureGradient gradient(net, weights);
    Random random(seed);
    Tensor sum(image.shape);
    for (int k = 0; k < samples; ++k) {
        Tensor noisy(image);
        for (real& value : noisy.flat()) value += real(deviation * random.normal());
        add(gradient(noisy, label), sum);
    }
    for (real& value : sum.flat()) value /= real(samples);
    return sum;
}
// [smooth]

// [integrated]
Tensor integrated_gradients(const Classifier& net, const Weights& weights, View image, View baseline,
                            int label, int steps) {
    require(baseline.shape == image.shape && steps >= 1, "integrated_gradients: a baseline of ",
            baseline.shape, " and ", steps, " steps for a picture of ", image.shape,
            "; give a baseline of the picture's shape and at least one step");
    PictureGradient gradient(net, weights);
    const Tensor from(baseline), to(image);
    Tensor sum(image.shape);
    for (int k = 0; k < steps; ++k) {
        const real part = real((k + 0.5) / steps);
        Tensor between(image);
        for (std::size_t i = 0; i < between.flat().size(); ++i)
            between.flat()[i] = from.flat()[i] + part * (to.flat()[i] - from.flat()[i]);
        add(gradient(between, label), sum);
    }
    for (std::size_t i = 0; i < sum.flat().size(); ++i)
        sum.flat()[i] *= (to.flat()[i] - from.flat()[i]) / real(steps);
    return sum;
}
// [integrated]

}  // namespace cnn
