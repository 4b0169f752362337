#pragma once
/// @file  Words in a picture of pixels, where an SVG's own will not do.
#include <string>

#include "common/figure/colour_scale.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::figure {

struct Lettering {
    int scale = 2;  ///< pixels to a dot of the letters
    Rgb colour = {real(0.12), real(0.16), real(0.22)};
};

/// Writes one line whose upper left corner is (top, left) into an RGB picture; what would stand outside is
/// left out, and what is not ASCII becomes a question mark.
void letter(MutableView picture, int top, int left, const std::string& text, const Lettering& lettering = {});

/// How many pixels a line takes.
int letters_width(const std::string& text, int scale = 2);
int letters_height(int scale = 2);

/// The text, cut and ended by three dots where it is wider than `width` pixels.
std::string shortened(const std::string& text, int width, int scale = 2);

}  // namespace cnn::figure
