#pragma once
/// @file  What adds a tile of dy to the filters' gradient: kernels of the same shapes as the forward pass's.
#include "common/machine/simd.hpp"
#include "tiles.hpp"

namespace cnn::engine::depthwise {

/// A tile of dy, and the sums that it adds to.
struct FilterTile {
    Source from;
    const real* dy;
    std::ptrdiff_t dy_row, dy_pixel;
    real* sums;
    std::ptrdiff_t sums_row, sums_tap;
    int rows;  ///< of outputs

    /// The same without its first channels.
    FilterTile after(int channels) const {
        FilterTile rest = *this;
        rest.from.x += channels, rest.dy += channels, rest.sums += channels;
        rest.from.channels -= channels;
        return rest;
    }
};

using FilterKernel = void (*)(const FilterTile&);

/// A strip under stride 1, `wide` or `small` columns.
FilterKernel filter_strip_kernel(bool is_wide);
/// One row or two.
FilterKernel filter_pair_kernel(int stride, int rows, bool is_wide, bool uncached);
/// One row or two under stride 2, where pixels crowd.
FilterKernel filter_deep_kernel(bool is_wide);
/// Any window, as many pixels of one row; at least a vector of channels, or fewer.
FilterKernel filter_run_kernel(int pixels, bool narrow);

}  // namespace cnn::engine::depthwise
