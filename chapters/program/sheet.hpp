#pragma once
/// @file  A sheet of explanations: panels with captions, and the colour bar of their maps.
#include <string>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn::program {

struct Panel {
    Tensor picture;  ///< RGB
    std::string title, note;
};

/// The picture in grey under the colours of the evidence, scaled to a maximum of 1; evidence that is zero
/// everywhere leaves the scale's dark end.  Both become `size`.
Tensor overlaid(View picture, View evidence, Extent size);

/// Panels of one size in rows of `columns`, on white, each over its title and note; beside the first row the
/// colour bar from 0 to the maximum, if asked for.
Tensor sheet(const std::vector<Panel>& panels, int columns, bool bar);

/// The size at which a part of a picture is shown: its proportions, the longer side 320 pixels.
Extent shown_size(double height, double width);

}  // namespace cnn::program
