#pragma once
/// @file  The part of a network that patches on its picture reach, many patches at a time.
#include <vector>

#include "common/graph/run.hpp"
#include "occlusion.hpp"
#include "patched.hpp"
#include "reach.hpp"

namespace cnn {

/// Each layer computes the units that change from the windows that they see; its weights are packed once.
class Sweep {
public:
    /// Runs the network on the uncovered picture, and keeps every map.  All must live as long as the sweep.
    Sweep(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion);

    /// How many places there are, and how many at a time keep what changes in a core's own cache.
    int places() const { return reach_.places(); }
    int together() const { return together_; }
    /// The scores for patches at these places, counted row by row: (count, 1, 1, classes).
    Tensor scores(Range places) const;

private:
    struct Layer {
        bool local = false;      ///< a box of the output needs a box of the inputs, and no more
        bool pointwise = false;  ///< that box itself
        bool windowed = false;   ///< called on windows, one under another
        Window window = {};
        real beyond = 0;
        Operation::Prepared call = {};
        std::size_t last_use = 0;
    };

    std::vector<Node> needed_nodes() const;
    Layer layer(std::size_t node, const Weights& weights);
    int affordable() const;
    std::vector<Region> boxes(std::size_t node, Range places) const;
    Changed fillings(const std::vector<Region>& patches) const;
    Changed local(std::size_t node, const std::vector<Region>& boxes,
                  const std::vector<Changed>& changed) const;
    void share(std::size_t node, const std::vector<UnitRow>& rows, const std::vector<Changed>& changed,
               Changed& y) const;
    Changed whole(std::size_t node, int places, const std::vector<Changed>& changed) const;
    const Graph::Entry& entry(std::size_t node) const { return graph_.entries()[node]; }

    const Graph& graph_;
    const Classifier& net_;
    Tensor filling_;
    std::vector<bool> needed_;
    Activations plain_;
    std::vector<Layer> layers_;
    Reach reach_;
    int together_;
};

}  // namespace cnn
