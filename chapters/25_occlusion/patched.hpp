#pragma once
/// @file  The maps of many covered pictures, of which only what the patches change is stored.
#include <vector>

#include "common/graph/operation.hpp"
#include "receptive_field.hpp"

namespace cnn {

/// The units of one map that change, for a batch of places of the patch: box after box, each row by row.
struct Changed {
    std::vector<Region> boxes;  ///< of every place; empty where nothing changes
    std::vector<int> first;     ///< the unit at which each place begins, and the count of all
    Tensor units;               ///< (1, 1, count, channels)

    Changed() = default;
    Changed(std::vector<Region> boxes, int channels);
    int count() const { return first.empty() ? 0 : first.back(); }
};

/// One row of a box.
struct UnitRow {
    int place, row, first;  ///< the first of its units among all
    Range columns;
};
/// The rows of all boxes, in shares of at least `units` units or one row.
std::vector<std::vector<UnitRow>> shares(const Changed& changed, int units);

/// A map of every place: the uncovered picture's, and over it what the patch changed.
class PatchedMap {
public:
    PatchedMap(View plain, const Changed& changed, real beyond = 0)
        : plain_(plain), changed_(changed), beyond_(beyond) {}

    int channels() const { return plain_.shape.c; }
    /// Pixels (row, left) ... (row, left + count - 1) of one place's map, or `beyond` outside of it.
    void line(int place, int row, int left, int count, real* to) const;
    /// The windows that a row of units sees, one after another: taps row by row.  `pixels` is memory to
    /// reuse.
    void windows(const UnitRow& units, const Window& window, real* to, std::vector<real>& pixels) const;

private:
    View plain_;
    const Changed& changed_;
    real beyond_;
};

}  // namespace cnn
