#pragma once
/// @file  The micro-kernel: a tile of output pixels and channels that stays in registers over all taps.
#include <algorithm>
#include <cstddef>

#include "common/kernels/epilogue.hpp"
#include "common/machine/simd.hpp"

namespace cnn::engine::convolution {

// A tile of r pixels and v vectors needs r v sums, v filters and one pixel in registers.  A tile one vector
// wide loads a pixel for each sum, so it is as high as it can be.
inline constexpr int widest = simd::registers >= 32 ? 4 : 2;  // vectors of a panel
constexpr int most_pixels(int vecs) {
    return std::min(vecs == 1 ? 28 : 14, (simd::registers - vecs - 1) / vecs);
}
/// Pixels of a tile whose vectors several groups share.
inline constexpr int most_pixels_shared = std::min(14, most_pixels(1));

/// One call of the micro-kernel: which numbers a tile of pixels reads, and where it writes; and how many
/// tiles follow side by side, the same but for their place.
struct KernelArguments {
    int tiles;
    const real* x;
    std::ptrdiff_t pixel_pitch, row_pitch,
        run_pitch;  // from output pixel to pixel, tap row to row, run to run
    const real* w;
    std::ptrdiff_t w_row_pitch, w_run_pitch;
    int rows, runs, length;  // tap rows, runs of contiguous numbers in each, and their length
    int fetch_from;          // the first tap row in which the next tile's pixels are fetched meanwhile
    const real* b;           // where sums start: a bias, or null for zero
    real* y;
    std::ptrdiff_t y_pixel_pitch;
    int tail_lanes;        // lanes of the last vector
    bool resume;           // sums start at y
    const real* residual;  // added to the whole sums, or null
    std::ptrdiff_t residual_pixel_pitch;
    Activation activation;
    bool nontemporal;  // bypass the caches; only whole vectors
};
using Kernel = void (*)(const KernelArguments&);

/// The kernel of a panel of so many vectors, or of one that groups of so many channels share.
Kernel kernel_for(int pixels, int vecs, int shared_by);

}  // namespace cnn::engine::convolution
