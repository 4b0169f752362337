// The field from three numbers an axis instead of from thousands of forward passes.
//
//   1. naive      one forward pass for each pixel of the image
//   2. gradient   one backward pass for each unit
//   3. recursion  a few additions for each layer, no tensor, and all units at once
#include <algorithm>
#include <cmath>
#include <numeric>

#include "receptive_field.hpp"

namespace cnn {

namespace {

using Axis = ReceptiveField::Axis;

// [recursion]
// From the field of a layer's input to the field of its output, along one axis.
Axis through(const Axis& in, int K, int S, int P, int d) {
    return {.size = in.size + d * (K - 1) * in.jump,  //
            .jump = in.jump * S,
            .start = in.start - P * in.jump,
            .slack = in.slack};
}
// [recursion]

// [transposed]
// The same through a transposed layer: output o sees inputs i with o = i S - P + m d, through every S /
// gcd(S, d)-th tap.  These lie between (o + P - d (K - 1)) / S and (o + P) / S, but how many fit in between
// changes from o to o: the largest field is narrower than that, and not in the same place for all.
Axis through_transposed(const Axis& in, int K, int S, int P, int d) {
    const int common = std::gcd(S, d), taps = (K - 1) * common / S, apart = d / common;
    const double spread = in.jump * taps * apart;
    const double reach = in.jump * d * (K - 1) / S;
    const double centre = in.jump * P / S - reach / 2;
    return {.size = in.size + spread,
            .jump = in.jump / S,
            .start = in.start + centre - spread / 2,
            .slack = in.slack + (reach - spread) / 2};
}
// [transposed]

// Dense layers and global pooling are a kernel as large as the map.
Axis through_whole(const Axis& in, int length, int units) {
    Axis out = through(in, length, 1, 0, 1);
    if (units > 1) out.jump = 0;  // all units see the same
    return out;
}

// [join]
// Where branches meet, a unit sees what any of them sees.
Axis join(const Axis& a, const Axis& b, int units) {
    const auto hull = [&](int unit) {
        const double begin = std::min(a.first(unit), b.first(unit));
        return Axis{.size = std::max(a.first(unit) + a.size, b.first(unit) + b.size) - begin, .start = begin};
    };
    // Where the branches' jumps differ, the field is widest at one end of the map.
    return {.size = std::max(hull(0).size, hull(units - 1).size),
            .jump = std::max(a.jump, b.jump),
            .start = hull(0).start,
            .slack = std::max(a.slack, b.slack)};
}
// [join]

bool same_centres(const Axis& a, const Axis& b) { return a.jump == b.jump && a.centre(0) == b.centre(0); }

ReceptiveField through_layer(const ReceptiveField& in, const Window& window, const Shape& x, const Shape& y) {
    ReceptiveField out = in;
    // A layer that looks at one pixel but changes the map's size reshapes or broadcasts: that mixes places.
    const bool pointwise =
        window.kernel == Extent(1) && window.stride == Extent(1) && window.padding == Sides(0);
    if (window.whole || (pointwise && (x.h != y.h || x.w != y.w))) {
        out.h = through_whole(in.h, x.h, y.h);
        out.w = through_whole(in.w, x.w, y.w);
        out.whole = true;
        return out;
    }
    const auto step = window.transposed ? through_transposed : through;
    out.h = step(in.h, window.kernel.h, window.stride.h, window.padding.top, window.dilation.h);
    out.w = step(in.w, window.kernel.w, window.stride.w, window.padding.left, window.dilation.w);
    return out;
}

}  // namespace

std::vector<ReceptiveField> receptive_fields(const Graph& graph) {
    std::vector<ReceptiveField> fields;
    for (const Graph::Entry& entry : graph.entries()) {
        ReceptiveField field;
        field.nothing = !fields.empty();  // a pixel of the first input sees itself
        for (const int input : entry.inputs) {
            const ReceptiveField& in = fields[std::size_t(input)];
            if (in.nothing) continue;
            const ReceptiveField branch =
                through_layer(in, entry.operation->window(graph.input_shapes(entry)),
                              graph.entries()[std::size_t(input)].shape, entry.shape);
            if (field.nothing) {
                field = branch;
                continue;
            }
            field.aligned = field.aligned && branch.aligned && same_centres(field.h, branch.h) &&
                            same_centres(field.w, branch.w);
            field.whole = field.whole || branch.whole;
            field.h = join(field.h, branch.h, entry.shape.h);
            field.w = join(field.w, branch.w, entry.shape.w);
        }
        fields.push_back(field);
    }
    return fields;
}

ReceptiveField receptive_field(const Graph& graph, Node node) {
    return receptive_fields(graph)[std::size_t(node.index)];
}

Region ReceptiveField::of(int i, int j) const {
    if (nothing) return {};
    const auto range = [](const Axis& axis, int unit) {
        constexpr double rounding = 1e-6;  // of jumps such as 1/3
        const double slack = axis.slack + rounding, first = axis.first(unit) - slack;
        const double last = axis.first(unit) + axis.size - 1 + slack;
        return Range{int(std::ceil(first)), int(std::floor(last)) + 1};
    };
    return {range(h, i), range(w, j)};
}

Region clipped(const Region& region, const Shape& map) {
    const Region inside{intersection(region.rows, {0, map.h}), intersection(region.columns, {0, map.w})};
    return inside.empty() ? Region{} : inside;
}

}  // namespace cnn
