#pragma once
/// @file  The micro-kernel of the gradient for the filters: sums over pixels that stay in registers.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "common/machine/simd.hpp"

namespace cnn::engine::convolution {

/// Vectors of filters that a tile is wide at most, and channels that it then is high.
inline constexpr int widest_gradient = simd::registers >= 32 ? 4 : 2;
constexpr int most_channels(int vecs) { return std::min(14, (simd::registers - vecs - 1) / vecs); }
/// The same for groups of so many channels that share vectors; it is as high as a group.
constexpr int widest_shared(int channels) {
    return std::clamp((simd::registers - 4) / (channels + 1), 1, widest_gradient);
}

/// Pixels of one line: inputs, and the gradients of the outputs that they went into.
struct Run {
    const real *x, *dy;
    int pixels;
};

/// One call: dw[c][f] (+)= sum over the runs' pixels of x[pixel][c] * dy[pixel][f], for tiles of channels
/// that follow each other.
struct GradientJob {
    int tiles;
    const std::vector<Run>* runs;
    int channel;  // the first of the first tile
    std::ptrdiff_t pixel_pitch, dy_pixel_pitch;
    bool fetch;  // whether to fetch meanwhile what is so far away
    std::ptrdiff_t x_ahead, dy_ahead;
    real* dw;
    std::ptrdiff_t channel_pitch;
    int tail_lanes;  // filters of the last vector
    bool resume;     // sums start at dw
};
using GradientKernel = void (*)(const GradientJob&);

/// The kernel of so many channels by vectors of filters; `shared_by` is 0, or the size of the groups whose
/// channels and filters share vectors.
GradientKernel gradient_kernel(int channels, int vecs, int shared_by);

}  // namespace cnn::engine::convolution
