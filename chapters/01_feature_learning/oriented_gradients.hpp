#pragma once
/// @file  s-01: a feature designed by hand, histograms of oriented gradients (Dalal and Triggs, CVPR 2005).
///
///     gradient   g = (x(i, j + 1) - x(i, j - 1), x(i + 1, j) - x(i - 1, j)), the image's border repeated;
///                in colour that of the channel where it is longest
///     cell       a histogram over its pixels: |g| goes to the bin of g's direction, a line's: modulo 180
///     block      neighbouring cells' histograms in one vector v, which becomes v / sqrt(|v|^2 + e^2), is
///                clipped, and is divided so again; blocks overlap
///
/// What is designed: that edges matter and colours do not, that a place may be off by a cell, that contrast
/// is local.  Nothing of it is learned.
#include "common/tensor/tensor.hpp"

namespace cnn {

struct OrientedGradients {
    int cell = 4;              ///< pixels on each side
    int block = 2;             ///< cells on each side
    int bins = 9;              ///< of 180 / 9 = 20 degrees
    real clip = real{0.2};     ///< of a normalised block's numbers
    real epsilon = real{0.1};  ///< of the paper's "small constant", for pixels from 0 to 1
};

/// (n, blocks down, blocks across, block * block * bins).  Errors: an image smaller than a block, a cell, a
/// block or bins below 1, channels other than 1 or 3.  Pixels beyond the last whole cell are left out.
Shape oriented_gradients_shape(const Shape& images, const OrientedGradients& feature);

/// The bin of a gradient: floor(angle / (180 / bins)), the angle from 0 up to 180 degrees.
int direction_bin(real dx, real dy, int bins);

namespace naive {
Tensor oriented_gradients(View images, const OrientedGradients& feature);
}  // namespace naive

namespace optimized {
/// On all threads, as many images at a time as a register has lanes: it takes whole batches to be fast.  Sums
/// run in naive's order, so images of small integers differ by roundings of the normalisation only.
Tensor oriented_gradients(View images, const OrientedGradients& feature);
}  // namespace optimized

/// Blocks from the cells' histograms (1, cells down, cells across, bins): each normalised, clipped, and
/// normalised again.
void normalise_blocks(View histograms, const OrientedGradients& feature, MutableView blocks);

}  // namespace cnn
