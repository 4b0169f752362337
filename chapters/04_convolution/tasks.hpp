#pragma once
/// @file  The tiles and panels of a layer, shared out in tasks.
#include <cstdint>

#include "common/range.hpp"

namespace cnn::optimized {

/// What a layer asks for, in tiles of its output and panels of its filters.
struct Demand {
    int tiles, panels;
    std::int64_t reads, writes;  ///< numbers: a tile reads so many, and writes so many of all panels
    std::int64_t filter_bytes;   ///< of all panels
    std::int64_t multiply_adds;
};

/// A task is a block of tiles times a group of panels.  A block is read again for each panel: where all
/// panels fit the second-level cache, it is small, so that what it writes stays together; otherwise block and
/// panel share that cache, and the panels pass.
class Tasks {
public:
    explicit Tasks(const Demand& demand);

    int count() const { return blocks_ * groups_; }
    Range tiles(int task) const;
    Range panels(int task) const;

private:
    int all_tiles_, all_panels_, blocks_, groups_;
    bool map_fits_;  ///< one block could hold all tiles: neighbouring tasks then read the same panels
};

}  // namespace cnn::optimized
