#pragma once
/// @file  The tiles and panels of a layer, shared out in tasks.
#include <cstdint>
#include <vector>

#include "common/base/range.hpp"

namespace cnn {

/// What a layer asks for, in tiles of its output and panels of its filters.
struct WorkEstimate {
    int tiles;
    std::vector<int> panels;     ///< how many vectors each is wide
    std::int64_t reads, writes;  ///< numbers: a tile reads so many, and writes so many of all panels
    std::int64_t filter_bytes;   ///< of all panels
    std::int64_t multiply_adds;
};

/// Blocks of tiles meet one panel after the other.  Where all panels fit the second-level cache, a block is
/// small, so that what it writes stays together; otherwise block and panel share that cache, and the panels
/// pass.  Schedule cut this walk into parts that take as long as each other, and each thread has as many.
class Schedule {
public:
    explicit Schedule(WorkEstimate demand);

    int count() const { return count_; }
    /// Calls body(panel, tiles) for what a task is made of.
    template <class Body>
    void for_each(int task, const Body& body) const;

private:
    int tiles_, vectors_, block_, count_;
    std::vector<int> panels_;
};

// [each]
template <class Body>
void Schedule::for_each(int task, const Body& body) const {
    // A tile takes as long as its panel is wide.
    const Range mine = share_of(tiles_ * vectors_, task, count_);
    for (int first = mine.begin / (block_ * vectors_) * block_; first * vectors_ < mine.end;
         first += block_) {
        const int size = std::min(block_, tiles_ - first);
        int at = first * vectors_;
        for (int p = 0; p < int(panels_.size()); ++p) {
            const int width = panels_[std::size_t(p)];
            const auto tile = [&](int place) { return first + std::clamp((place - at) / width, 0, size); };
            const Range tiles{tile(mine.begin), tile(mine.end)};
            if (!tiles.empty()) body(p, tiles);
            at += size * width;
        }
    }
}
// [each]

}  // namespace cnn
