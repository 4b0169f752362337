#pragma once
/// @file  What filters a tile: kernels for strips, for some rows, for rows many channels at a time, for
/// runs.
#include "common/machine/simd.hpp"
#include "tiles.hpp"

namespace cnn::engine::depthwise {

/// Some outputs and what makes them.
struct WindowTile {
    Source from;
    const real* w;
    std::ptrdiff_t w_row, w_tap;
    const real* b;
    real* y;
    std::ptrdiff_t y_row, y_pixel;
    int rows;            ///< of outputs
    const real* limits;  ///< vectors of lower and of upper ones, or null
    bool upper;          ///< whether the upper ones matter
};
using WindowKernel = void (*)(const WindowTile&);

/// A strip of any height under stride 1, `wide` or `small` columns; results of large maps bypass the caches.
WindowKernel strip_kernel(bool is_wide, bool uncached);
/// Up to a `pair` of rows, `wide` or `small` columns; or of large maps under stride 1 a `quad`, `small` ones.
WindowKernel rows_kernel(int stride, int rows, bool is_wide, bool uncached);
/// Any rows under stride 2 where pixels crowd, of at least `deep_channels`.
WindowKernel deep_kernel(bool is_wide);
/// Any window, as many pixels of one row; at least a vector of channels, or fewer.
WindowKernel run_kernel(int pixels, bool narrow);

}  // namespace cnn::engine::depthwise
