#pragma once
/// @file  Colours for a share from 0 to 1 in which equal steps look equally large.
#include <array>

#include "common/base/shape.hpp"

namespace cnn::figure {

/// Red, green and blue from 0 to 1.
using Rgb = std::array<real, 3>;

/// Dark violet for 0, over red and orange, to pale yellow for 1; beyond that the ends, a NaN the dark one.
///
/// Made here, not copied: a path through the colour space OKLab (Ottosson 2020), in which distances are
/// differences that an eye sees.  Along it lightness rises from 0.15 to 0.96 and hue turns from 290 to 460
/// degrees; chroma is as large as the screen's colours allow, at most 0.17.  256 colours stand at equal
/// distances on it.  As lightness alone always rises, it reads in grey and with any colour vision.
Rgb uniform_colour(double share);

/// L, a and b of a colour in OKLab.
std::array<double, 3> oklab(const Rgb& colour);

}  // namespace cnn::figure
