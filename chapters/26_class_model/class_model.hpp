#pragma once
/// @file  s-24: what a class looks like to the network (Simonyan, Vedaldi and Zisserman 2014).
///
///     argmax_I S_c(mean + I) - lambda ||I||^2
///
/// S_c is the score before the softmax (S3), I starts at zero, the weights stay as they are, and the training
/// pictures' mean is added.  The slide writes the plain norm; the paper squares it (S2).
#include <vector>

#include "explained.hpp"

namespace cnn {

enum class Norm { squared, plain };

struct ClassModel {
    int steps = 100;
    double rate = 0.1;     ///< of the ascent
    double lambda = 0.01;  ///< how dear brightness is
    Norm norm = Norm::squared;
    Tensor mean = {};  ///< (1, h, w, c) in the network's units; empty for zero
    int jitter = 0;    ///< the picture is moved by up to so many pixels at each step
    double blur = 0;   ///< deviation of a blur every fourth step; 0 for none
    std::uint64_t seed = 1;
};

/// d ||I||^2 / dI = 2 I, or d ||I|| / dI = I / ||I||, which at the zero start is 0 / 0: NaN.  Each picture of
/// a batch has a norm of its own.
Tensor norm_gradient(View pictures, Norm norm);

/// @name The pair
/// Pictures mean + I, one for each label: (labels, h, w, c).  Errors: a class that there is not, a mean of
/// another size.  Under the plain norm the first step has no slope but the score's.
/// @{
namespace naive {
/// One class after another, the gradients of all weights worked out and thrown away.
Tensor class_models(const Classifier& net, const Weights& weights, const std::vector<int>& labels,
                    const ClassModel& options = {});
}  // namespace naive

namespace optimized {
/// All classes as one batch, and no gradient but the pictures'.
Tensor class_models(const Classifier& net, const Weights& weights, const std::vector<int>& labels,
                    const ClassModel& options = {});
}  // namespace optimized
/// @}

/// The same options with `rate` and `lambda` measured by the first gradient's largest number, so that one
/// rate serves networks of any scale: a rate of 0.3 moves the brightest pixel of the first step by 0.3.
ClassModel scaled_to_slope(const Classifier& net, const Weights& weights, const std::vector<int>& labels,
                           ClassModel options);

/// Pixels moved by (down, right); what leaves on one side enters on the other.
Tensor rolled(View picture, int down, int right);

}  // namespace cnn
