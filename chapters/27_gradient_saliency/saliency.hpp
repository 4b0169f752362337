#pragma once
/// @file  s-25: gradient saliency (Simonyan, Vedaldi and Zisserman 2014).
///
///     S_c(I) ~ w . I + b,   w = dS_c / dI,   M(i, j) = max_k |w(i, j, k)|
///
/// The maximum of the *absolute* value over colour channels (S4).
#include "common/graph/gradient_session.hpp"
#include "explained.hpp"

namespace cnn {

/// M from w: (n, h, w, channels) to (n, h, w, 1).
Tensor largest_channel(View w);

/// @name The pair
/// dS_c / dI, of the picture's shape.  Errors: a picture of another size, a class that there is not.
/// @{
namespace naive {
/// Every number of the picture nudged up and down by `step`: (S(I + step) - S(I - step)) / (2 step).
Tensor gradient(const Classifier& net, const Weights& weights, View image, int label, double step = 1e-2);
}  // namespace naive

namespace optimized {
/// One back-propagation.
Tensor gradient(const Classifier& net, const Weights& weights, View image, int label);
}  // namespace optimized
/// @}

/// The same for picture after picture: memory is laid out and filters are packed once, for either direction.
/// Same bits.
class PictureGradient {
public:
    /// Both must live as long, unchanged.
    PictureGradient(const Classifier& net, const Weights& weights);
    Tensor operator()(View image, int label);

private:
    const Classifier& net_;
    GradientSession session_;
};

/// The slide's map.
Tensor saliency(const Classifier& net, const Weights& weights, View image, int label);

/// The mean gradient over `samples` pictures with normal noise (SmoothGrad, Smilkov et al. 2017): of the
/// picture's shape.  Same seed, same bits.
Tensor smooth_gradient(const Classifier& net, const Weights& weights, View image, int label, double deviation,
                       int samples, std::uint64_t seed = 1);

/// (I - I') times the mean gradient on the way from I' to I (Sundararajan, Taly and Yan 2017), at the middles
/// of `steps` pieces.  Complete: the numbers add up to S(I) - S(I'), up to the error of the sum.
Tensor integrated_gradients(const Classifier& net, const Weights& weights, View image, View baseline,
                            int label, int steps);

}  // namespace cnn
