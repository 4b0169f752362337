#pragma once
/// @file  What a covered part of a picture is filled with.
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

enum class Fill {
    grey,  ///< the middle of the pixels' range
    mean,  ///< the picture's own mean, channel by channel
    zero,
    blur,  ///< the picture itself, blurred until its details are gone
};

/// A picture of the same size to take patches from.  `grey` is what grey means in this network's units, one
/// number a channel or one for all.  Error: a grey of another number of channels.
Tensor filling(View image, Fill fill, const std::vector<real>& grey = {real(0.5)});

/// Convolved with a Gaussian of this standard deviation in pixels, rows and columns apart; the border
/// repeats.
Tensor blurred(View image, double deviation);

}  // namespace cnn
