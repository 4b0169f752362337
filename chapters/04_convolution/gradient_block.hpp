#pragma once
/// @file  The gradient for the filters, as far as one block of pixels adds to it.
#include <algorithm>
#include <vector>

#include "common/range.hpp"
#include "common/tensor.hpp"
#include "gradient_kernel.hpp"

namespace cnn::optimized {

/// How dw is divided: banks of filters that see the same channels, in each panels of filters, in each tiles
/// of channels.  Units are tiles of all panels, numbered so that neighbours lie side by side in dw: where the
/// parts of two threads alternate, each fetches lines of the other's without being asked to.
struct FilterDivision {
    int shared_by = 0;  // channels of each group, where groups are so small that several share a vector
    int banks, channels, filters, vectors, panels, tiles;

    FilterDivision(const Shape& dw, int groups);
    int units() const { return banks * panels * tiles; }
    /// The panels, counted over all banks, in which some units lie; the tiles of one among them; and the
    /// channels of some tiles, of which the first are one channel higher where not all can be of one height.
    Range panels_of(Range units) const;
    Range tiles_of(Range units, int panel) const;
    Range channels_of(Range some_tiles) const;
    /// How many of some tiles, from the first, are equally high.
    int alike(Range some_tiles) const;
    /// How many vectors a panel is wide; and its filters, counted over all banks.
    int vectors_of(int panel) const;
    Range filters_of(int panel) const;
};

/// Rows in which the taps of one kernel row are one run of numbers: those of a row, and the zeros around it.
struct WholeRow {
    int before = 0, numbers = 0, after = 0;
    bool padded() const { return before + after > 0; }
};

/// The gradient for the filters of a layer whose maps are x and dy: how they meet, and how dw is divided.
struct FilterGradient {
    View dy, x;
    Extent stride;
    Sides padding;
    Extent dilation;
    FilterDivision division;
    WholeRow row;
    int block_pixels;
    bool panels_inside;  ///< all panels while a block is near, or all blocks while a panel of sums is

    int lines() const { return dy.shape.n * dy.shape.h; }
    /// Writes to dw, in some units, what some lines of all images give.
    void sum(Range units, Range lines, MutableView dw) const;

private:
    /// Lines of all images, what becomes of them before they are summed, and the runs of one tap.
    struct Block {
        Range lines;
        Tensor packed, borders;
        std::vector<Run> runs;
    };
    /// Whether maps are too large for a second-level cache.
    bool fetches() const { return x.shape.size() + dy.shape.size() > (1 << 19); }
    int lines_each() const { return std::max(1, block_pixels / dy.shape.w); }
    void pack(const View& panel_dy, Range lines, MutableView packed) const;
    /// The pixels of a block that tap (m, l) sees, and their gradients.
    void find_runs(const View& panel_x, const View& panel_dy, bool packs, int m, int l, Block& block) const;
    /// Adds a block to the sums of some tiles of a panel, or starts them with it.
    void add(int panel, Range tiles, bool start, Block& block, MutableView sums) const;
};

}  // namespace cnn::optimized
