#include "localise.hpp"

#include <algorithm>

#include "common/base/error.hpp"

namespace cnn {

namespace {

/// A set of positions along one axis.
using Places = std::vector<bool>;

Places places(int length, Range range) {
    Places set(std::size_t(length), false);
    for (int i = range.begin; i < range.end; ++i) set[std::size_t(i)] = true;
    return set;
}

Range hull(const Places& set) {
    const auto first = std::find(set.begin(), set.end(), true);
    const auto last = std::find(set.rbegin(), set.rend(), true);
    if (first == set.end()) return {};
    return {int(first - set.begin()), int(set.rend() - last)};
}

/// One axis of a window between a layer's input and its output.
struct Taps {
    int kernel, stride, padding, dilation;
    bool transposed, whole, repeats;
    int inputs, outputs;

    // [taps]
    /// Calls visit(input, output) for every input that every output reads.
    template <class Visit>
    void each(const Visit& visit) const {
        const int near = transposed ? inputs : outputs, far = transposed ? outputs : inputs;
        for (int i = 0; i < near; ++i)
            for (int m = 0; m < kernel; ++m) {
                const int at = i * stride - padding + m * dilation;
                if (0 <= at && at < far)
                    transposed ? visit(i, at) : visit(at, i);
                else if (repeats)
                    for (int k = 0; k < far; ++k) visit(k, i);
            }
        if (whole)
            for (int o = 0; o < outputs; ++o)
                for (int i = 0; i < inputs; ++i) visit(i, o);
    }
    // [taps]

    Places back(const Places& out) const {
        Places in(std::size_t(inputs), false);
        each([&](int i, int o) {
            if (out[std::size_t(o)]) in[std::size_t(i)] = true;
        });
        return in;
    }
    Places forth(const Places& in) const {
        Places out(std::size_t(outputs), false);
        each([&](int i, int o) {
            if (in[std::size_t(i)]) out[std::size_t(o)] = true;
        });
        return out;
    }
};

/// Sets of rows and of columns: together every pixel in one of each.
struct Area {
    Places rows, columns;

    Area(const Shape& map, const Region& region)
        : rows(places(map.h, region.rows)), columns(places(map.w, region.columns)) {}
    Area(Places rows, Places columns) : rows(std::move(rows)), columns(std::move(columns)) {}

    Region box() const {
        const Region region{hull(rows), hull(columns)};
        return region.empty() ? Region{} : region;
    }
    void join(const Area& other) {
        if (other.box().empty()) return;
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = rows[i] || other.rows[i];
        for (std::size_t j = 0; j < columns.size(); ++j) columns[j] = columns[j] || other.columns[j];
    }
};

/// Both axes of the window through which `entry` sees its k-th input.
struct RowGeometry {
    Taps rows, columns;

    RowGeometry(const Graph& graph, const Graph::Entry& entry, std::size_t k) {
        const Shapes inputs = graph.input_shapes(entry);
        const Window w = entry.operation->window(inputs);
        const Shape x = inputs[k], y = entry.shape;
        // A layer that looks at one pixel but changes the map's size reshapes or broadcasts: that mixes
        // places.
        const bool pointwise = w.kernel == Extent(1) && w.stride == Extent(1) && w.padding == Sides(0);
        const bool whole = w.whole || (pointwise && (x.h != y.h || x.w != y.w));
        rows = {w.kernel.h, w.stride.h, w.padding.top, w.dilation.h, w.transposed,
                whole,      w.repeats,  x.h,           y.h};
        columns = {w.kernel.w, w.stride.w, w.padding.left, w.dilation.w, w.transposed, whole, w.repeats,
                   x.w,        y.w};
    }
};

std::vector<Area> start(const Graph& graph, Node node, const Region& units) {
    const Shape& map = node.shape();
    require(!units.empty() && units == clipped(units, map), "localise: ", units, " is no region of \"",
            node.name(), "\", a map of ", map.h, 'x', map.w);
    std::vector<Area> areas;
    for (const Graph::Entry& entry : graph.entries()) areas.emplace_back(entry.shape, Region{});
    areas[std::size_t(node.index)] = Area(map, units);
    return areas;
}

std::vector<Region> boxes(const std::vector<Area>& areas) {
    std::vector<Region> all;
    for (const Area& area : areas) all.push_back(area.box());
    return all;
}

}  // namespace

// [localise]
std::vector<Region> seen_by(const Graph& graph, Node node, const Region& units) {
    std::vector<Area> areas = start(graph, node, units);
    for (std::size_t i = std::size_t(node.index) + 1; i-- > 0;) {
        const Graph::Entry& entry = graph.entries()[i];
        for (std::size_t k = 0; k < entry.inputs.size(); ++k) {
            const RowGeometry sight(graph, entry, k);
            areas[std::size_t(entry.inputs[k])].join(
                {sight.rows.back(areas[i].rows), sight.columns.back(areas[i].columns)});
        }
    }
    return boxes(areas);
}

std::vector<Region> reached_by(const Graph& graph, Node node, const Region& units) {
    std::vector<Area> areas = start(graph, node, units);
    for (std::size_t i = std::size_t(node.index) + 1; i < areas.size(); ++i) {
        const Graph::Entry& entry = graph.entries()[i];
        for (std::size_t k = 0; k < entry.inputs.size(); ++k) {
            const RowGeometry sight(graph, entry, k);
            const Area& from = areas[std::size_t(entry.inputs[k])];
            areas[i].join({sight.rows.forth(from.rows), sight.columns.forth(from.columns)});
        }
    }
    return boxes(areas);
}
// [localise]

namespace optimized {

std::vector<Region> fields(const Graph& graph, Node node) {
    // Rows and columns do not mix, so one row of units and one column of units tell all.
    const Shape& map = node.shape();
    std::vector<Range> rows, columns;
    for (int i = 0; i < map.h; ++i) rows.push_back(seen_by(graph, node, {{i, i + 1}, {0, map.w}})[0].rows);
    for (int j = 0; j < map.w; ++j)
        columns.push_back(seen_by(graph, node, {{0, map.h}, {j, j + 1}})[0].columns);

    std::vector<Region> all;
    for (const Range& r : rows)
        for (const Range& c : columns) all.push_back(r.empty() || c.empty() ? Region{} : Region{r, c});
    return all;
}

}  // namespace optimized

}  // namespace cnn
