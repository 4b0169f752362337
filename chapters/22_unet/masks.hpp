#pragma once
/// @file  Masks as a picture: classes as colours over what was seen, and a legend.
#include <string>
#include <vector>

#include "common/figure/colour_scale.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The colour of a class; class 0, the background, has none and comes out grey.  They repeat after eight.
figure::Rgb mask_colour(int kind);

/// The picture, RGB or grey, in grey, and over it the colour of each pixel's class: `kinds` is (1, h, w, 1).
/// Both become `size`.
Tensor with_masks(View picture, View kinds, Extent size);

/// A line for each class: its colour, its name, its pixels' share of all.
struct Called {
    int kind;
    std::string name;
    double share;
};
Tensor legend(const std::vector<Called>& lines, Extent size);

/// The class with the largest logit at each pixel of one picture, (1, h, w, 1).
Tensor named_pixels(View logits);

}  // namespace cnn
