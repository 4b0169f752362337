#pragma once
/// @file  The gradient for the filters, as far as one block of pixels adds to it.
#include <vector>

#include "common/tensor/tensor.hpp"
#include "filter_division.hpp"
#include "gradient_kernel.hpp"

namespace cnn::engine::convolution {

/// What stays in a second-level cache: the sums of so many panels by tiles, while blocks of so many pixels
/// pass.
struct CacheBlocking {
    int panels, tiles, pixels;

    CacheBlocking(const FilterDivision& division, int taps, std::ptrdiff_t pixel_pitch);
};

/// Units of every tap; or, `by_tap`, of one tap after the other, numbered on, so that they lie side by side
/// in dw.
struct Units {
    Range numbers;
    bool by_tap = false;

    Range of(int tap, const FilterDivision& division) const;
    Range of_any_tap(const FilterDivision& division) const;
};

/// The gradient for the filters of a layer whose maps are x and dy: how they meet, and how dw is divided.
struct FilterGradient {
    View dy, x;
    Extent stride;
    Sides padding;
    Extent dilation;
    FilterDivision division;
    int whole_row;  ///< numbers of an input row, where the taps of a kernel row are one run of them; or 0
    CacheBlocking near;

    /// Writes to dw, in some units, what some lines of all images give.
    void sum(const Units& units, Range lines, MutableView dw) const;
    /// Whether maps are too large for a second-level cache: what comes next is then fetched ahead.
    bool fetches() const { return x.shape.size() + dy.shape.size() > (1 << 19); }

private:
    /// Lines of all images, what becomes of them before they are summed, and the runs of one tap.
    struct Block {
        Range lines;
        int most_lines = 0;
        Tensor packed, borders;
        std::vector<Run> runs;
    };
    /// Whether runs of taps reach over the border.
    bool padded() const { return whole_row > 0 && padding.left + padding.right > 0; }
    void pack(const View& panel_dy, Range lines, MutableView packed) const;
    /// The pixels of a block that tap (m, l) sees, and their gradients.
    void find_runs(const View& panel_x, const View& panel_dy, bool packs, int m, int l, Block& block) const;
    /// The same for those units that are some tiles of some panels.
    void sum(const Units& units, Range panels, Range tiles, Range lines, MutableView dw) const;
    /// Adds a block to the sums of some tiles of a panel, or starts them with it.  The next block's inputs
    /// are fetched meanwhile, or only its gradients.
    void add(const Units& units, int panel, Range tiles, bool start, bool fetch_inputs, Block& block,
             MutableView sums) const;
};

}  // namespace cnn::engine::convolution
