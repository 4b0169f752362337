#pragma once
/// @file  The gradient for the filters, as far as one block of pixels adds to it.
#include <vector>

#include "common/range.hpp"
#include "common/tensor.hpp"
#include "gradient_kernel.hpp"

namespace cnn::optimized {

/// How dw is divided: banks of filters that see the same channels, in each panels of filters, in each tiles
/// of channels.
struct FilterDivision {
    int shared_by = 0;  // channels of each group, where groups are so small that several share a vector
    int banks, channels, filters, vectors, panels, tiles;

    FilterDivision(const Shape& dw, int groups);
    int units() const { return banks * panels * tiles; }
};

/// The numbers of an input row that is padded when it is read, and the zeros around them.
struct PaddedRow {
    int before = 0, numbers = 0, after = 0;
    bool padded() const { return before + after > 0; }
};

/// What a block's lines become before they are summed.
struct BlockMemory {
    Tensor packed, padded;
    std::vector<Run> runs;
};

/// The gradient for the filters of a layer whose maps are x and dy: how they meet, and how dw is divided.
struct FilterGradient {
    View dy, x;
    Extent stride;
    Sides padding;
    Extent dilation;
    FilterDivision division;
    PaddedRow row;
    int block_pixels;

    int lines() const { return dy.shape.n * dy.shape.h; }
    /// Whether maps are too large for a second-level cache.
    bool fetches() const { return x.shape.size() + dy.shape.size() > (1 << 19); }
    int lines_each() const { return std::max(1, block_pixels / dy.shape.w); }

    /// Adds a block of lines to dw, in some tiles of one panel; or starts dw with it.
    void add(int bank, int panel, Range tiles, Range block, bool start, BlockMemory& memory,
             MutableView dw) const;

private:
    void pack(const View& panel, Range lines, MutableView packed) const;
};

}  // namespace cnn::optimized
