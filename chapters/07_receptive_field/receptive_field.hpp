#pragma once
/// @file  s-11: which part of the image one unit of a network sees.
///
///     R_l = R_(l-1) + (K_l - 1) prod_{i < l} S_i
///
/// That is one axis of a chain.  Here it is any graph: each layer tells its window (kernel, stride, padding,
/// dilation), and three numbers an axis follow, without a tensor being made.
#include <ostream>
#include <vector>

#include "common/base/range.hpp"
#include "common/graph/graph.hpp"
#include "common/graph/weights.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// A box of pixels or of units.
struct Region {
    Range rows, columns;

    bool empty() const { return rows.empty() || columns.empty(); }
    friend bool operator==(const Region&, const Region&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Region& r) {
        return out << "rows " << r.rows.begin << " to " << r.rows.end << " columns " << r.columns.begin
                   << " to " << r.columns.end;
    }
};

/// The region that is left inside of a map.
Region clipped(const Region& region, const Shape& map);

/// What the units of one map see, in pixels of the image, padding and all: the field of unit i begins at
/// start + i jump and is size pixels long.
struct ReceptiveField {
    struct Axis {
        double size = 1;   ///< of the largest field
        double jump = 1;   ///< how far apart two neighbours look
        double start = 0;  ///< where the field of unit 0 begins; negative inside of the padding
        /// Behind a transposed layer units take turns in where they look: so far a field may lie from there.
        double slack = 0;

        double first(int unit) const { return start + unit * jump; }
        double centre(int unit) const { return first(unit) + (size - 1) / 2; }
        friend bool operator==(const Axis&, const Axis&) = default;
    };
    Axis h, w;
    bool whole = false;    ///< a dense layer or global pooling lies on the way: every unit sees all there is
    bool aligned = true;   ///< wherever branches met, they looked at the same centres
    bool nothing = false;  ///< the map does not depend on the image

    /// The field of unit (i, j), or behind a transposed layer a box that holds it.  It may reach out of the
    /// image; `clipped` says what is left of it.
    Region of(int i, int j) const;
};

/// The field of every node in the graph's first input, by node index: s-11's recursion, in one walk.
std::vector<ReceptiveField> receptive_fields(const Graph& graph);
/// The field of one node.
ReceptiveField receptive_field(const Graph& graph, Node node);

/// @name The pair
/// The fields of all units of `node`, row by row, each the smallest box that holds every pixel of the graph's
/// first input which can change the unit.  Inside of the image, borders and all.
/// @{
namespace naive {
/// Measured: light one pixel after another in a dark image and see which units move.
std::vector<Region> fields(const Graph& graph, Node node);
/// Measured: back-propagate from one unit after another and see which pixels receive a gradient.
std::vector<Region> fields_by_gradient(const Graph& graph, Node node);
}  // namespace naive

namespace optimized {
/// Derived from the layers' windows alone.
std::vector<Region> fields(const Graph& graph, Node node);
}  // namespace optimized
/// @}

/// 1 for every pixel of the graph's first input that moves unit (i, j) of `node` when it is lit, else 0:
/// (1, h, w, 1).
Tensor influence(const Graph& graph, Node node, int i, int j);

/// The box of all numbers other than zero in a map.
Region extent_of(View map);

/// Weights under which no path is hidden: positive filters that average, biases of zero, everything else as
/// it starts.
Weights open_weights(const Graph& graph);

}  // namespace cnn
