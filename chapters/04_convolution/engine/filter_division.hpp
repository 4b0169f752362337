#pragma once
/// @file  How the filters' gradient is divided into tiles of registers.
#include "common/base/range.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::engine::convolution {

/// How dw is divided: banks of filters that see the same channels, in each panels of filters, in each tiles
/// of channels.  Units are tiles of all panels, numbered so that neighbours lie side by side in dw: where the
/// parts of two threads alternate, each fetches lines of the other's without being asked to.
struct FilterDivision {
    int shared_by = 0;  // channels of each group, where groups are so small that several share a vector
    int banks, channels, filters, vectors, panels, tiles;

    FilterDivision(const Shape& dw, int groups);
    int units() const { return banks * panels * tiles; }
    /// The panels, counted over all banks, in which some units lie; the tiles of one among them, or of any;
    /// and the channels of some tiles, of which some are one channel higher where not all can be of one
    /// height.
    Range panels_of(Range units) const;
    Range tiles_of(Range units, int panel) const;
    Range tiles_of(Range units) const;
    Range channels_of(Range some_tiles) const;
    /// How many of some tiles, from the first, are equally high.
    int identical(Range some_tiles) const;
    /// How many vectors a panel is wide; and its filters, counted over all banks.
    int vectors_of(int panel) const;
    Range filters_of(int panel) const;

private:
    /// Half of the tiles, and their channels: two threads get as many.  The first of each half are the higher
    /// ones.
    struct Half {
        Range tiles, channels;
    };
    Half half_of(int tile) const;
};

}  // namespace cnn::engine::convolution
