#pragma once
/// @file  The boxes of all maps that the patches of a sweep reach.
#include <vector>

#include "occlusion.hpp"

namespace cnn {

/// Rows and columns do not mix, so one walk for every row of places and one for every column tell all.
class Reach {
public:
    Reach(const Classifier& net, const Occlusion& occlusion);

    int places() const { return int(rows_.size() * columns_.size()); }
    /// The box of a node's map that the patch at this place can change, places counted row by row; empty for
    /// none.
    Region box(std::size_t node, int place) const;

private:
    std::vector<std::vector<Region>> rows_, columns_;  ///< of each row or column of places, of each node
};

}  // namespace cnn
