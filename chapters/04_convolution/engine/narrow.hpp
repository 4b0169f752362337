#pragma once
/// @file  Layers too narrow for channels in lanes: one input channel, or few.
///
/// With 6 filters or 6 input channels most lanes of a vector would idle.  Here they hold several pixels at
/// once.
#include "convolution_engine.hpp"

namespace cnn::engine::convolution {

/// Whether a layer reads one channel and makes fewer maps than half a vector has lanes.
bool one_channel(const Shape& w, const Convolution& layer);
/// y = b + w * x for such a layer; the pixels of y lie together.
void one_channel_into(View x, View w, View b, const Convolution& layer, MutableView y);
/// Its gradient for the filters.
Tensor one_channel_backward_filters(View dy, View x, const Shape& w, const Convolution& layer);

/// Whether a layer's input gradient would leave half of the lanes idle.
bool few_channels(const Shape& w, const Convolution& layer);
/// That gradient, made ready for inputs of shape x.
Prepared few_channels_backward_input(View w, const Convolution& layer, const Shape& x);

}  // namespace cnn::engine::convolution
