#pragma once
/// @file  From a picture to what a network was trained to read.
#include "common/book/network.hpp"

namespace cnn {

/// A picture as a network reads it, and which part of the picture that is.
struct Seen {
    Tensor input;  ///< (1, h, w, channels), in the network's units
    /// The part, in pixels of the picture.
    double top = 0, left = 0, height = 0, width = 0;
    bool inverted = false;  ///< its border was bright, and the network knows bright things before black
};

/// The size that a picture is brought to before its middle is cropped: its shorter side as the network has
/// it, or as the input needs.
Extent scaled_size(Extent picture, const Preprocessing& how, Extent input);

/// Resamples the picture, (1, h, w, 1 or 3) from 0 to 1, and crops its middle to `input`; for a grey network
/// it becomes grey, by BT.601's weights, for a colour network a grey picture's channel is repeated; then
/// inverted, turned to BGR and normalised as `how` says.  With scaled_size() as the input nothing is cropped.
Seen preprocess(View picture, const Preprocessing& how, const Shape& input);

/// Numbers from 0 to 1 in the network's units, one for each channel: what black, grey or white is to it.
std::vector<real> in_units(double value, const Preprocessing& how, int channels);

}  // namespace cnn
