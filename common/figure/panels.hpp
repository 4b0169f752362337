#pragma once
/// @file  Pictures side by side with captions, maps laid over them in colour, and the colours' bar.
#include <string>
#include <vector>

#include "common/figure/colour_scale.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::figure {

struct Panel {
    Tensor picture;  ///< RGB or grey
    std::string title, note;
};

/// The picture, RGB or grey, in grey under the colours of the evidence; both become `size`.  The scale's end
/// is `most`, or the evidence's maximum where that is 0; evidence that is zero everywhere gets the dark end.
Tensor overlaid(View picture, View evidence, Extent size, double most = 0);

/// A frame around a part of a picture, given in pixels of `picture`: `thick` pixels just outside of it.
void frame(MutableView picture, int top, int left, Extent part, const Rgb& colour, int thick = 2);

/// Panels of one size in rows of `columns`, on white, each over its title and note; beside the first row the
/// colour bar from 0 to the maximum, if asked for.
Tensor sheet(const std::vector<Panel>& panels, int columns, bool bar = false);

/// The size at which a part of a picture is shown: its proportions, the longer side so many pixels.
Extent shown_size(double height, double width, double longer = 320);

}  // namespace cnn::figure
