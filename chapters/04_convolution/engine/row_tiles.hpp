#pragma once
/// @file  A line of output pixels in tiles, and the calls of the micro-kernel that each takes.
#include <span>
#include <vector>

#include "micro_kernel.hpp"

namespace cnn::engine::convolution {

/// One call: tap columns l ... end_l - 1 of a tile's pixels first ... last - 1.
struct Pass {
    int l, end_l, first, last;
    bool resume, finish;  ///< whether others went before it; whether it is the tile's last
    bool copied;  ///< the windows reach over the border, and are read from a copy filled up with zeros
    Kernel kernel;
};

/// Which inputs a row of outputs reads: pixel j through tap column l the input at
/// j stride + l dilation - left.
struct RowGeometry {
    int pixels_in, pixels_out, taps, stride, dilation, left;
};

/// A tile whose pixels all see all taps takes one pass.  At the border it takes one for the columns that all
/// its pixels see, and one for each other column and the pixels that see it; or, with so few channels that
/// such passes would be most of the work, one over a copy.
class RowTiles {
public:
    /// Tiles of up to `pixels` by `vecs` vectors; `shared_by` as in kernel_for.
    /// `finishes`: the epilogue has more to do than to start sums at a bias.
    RowTiles(const RowGeometry& row, int pixels, int vecs, int shared_by, bool copies, bool finishes);

    int tiles() const { return int(ends_.size()); }
    std::span<const Pass> passes(int tile) const;
    /// How many tiles, from this one on, differ in their place alone.
    int identical(int tile) const { return identical_[std::size_t(tile)]; }

private:
    std::vector<Pass> passes_;
    std::vector<int> ends_;  // of each tile's passes
    std::vector<int> identical_;
};

}  // namespace cnn::engine::convolution
