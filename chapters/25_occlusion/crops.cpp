#include "crops.hpp"

#include <algorithm>

#include "localise.hpp"

namespace cnn {

namespace {

/// One axis: the input from a multiple of the stride on, so that output o of the whole layer is output
/// o - begin / stride of the cropped one.  What it reads beyond the crop is never asked for.
Range needed(Range out, int kernel, int stride, int padding, int dilation, int size) {
    const int first = std::max(0, out.begin * stride - padding);
    const int end = (out.end - 1) * stride - padding + dilation * (kernel - 1) + 1;
    return {first / stride * stride, std::clamp(end, first + 1, size)};
}

/// Whether a box of the output needs only a box of the inputs, and the layer may run on that alone.
bool is_local(const Window& w, const Shapes& inputs, const Shape& output) {
    if (w.whole || w.transposed || w.repeats) return false;
    const bool pointwise = w.kernel == Extent(1) && w.stride == Extent(1) && w.padding == Sides(0);
    return std::ranges::all_of(inputs, [&](const Shape& x) {
        return x.h == inputs[0].h && x.w == inputs[0].w &&
               (!pointwise || (x.h == output.h && x.w == output.w));
    });
}

}  // namespace

std::vector<int> Crop::geometry() const {
    return {out.rows.size(),
            out.columns.size(),
            in.rows.size(),
            in.columns.size(),
            top,
            left,
            out.rows.begin - in.rows.begin,
            int(all),
            int(out.empty()),
            out.columns.begin - in.columns.begin};
}

// [crops]
std::vector<Crop> crops(const Graph& graph, Node image, const Region& region) {
    const std::vector<Region> reached = reached_by(graph, image, region);
    std::vector<Crop> all;
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const Graph::Entry& entry = graph.entries()[i];
        Crop crop{.out = reached[i], .in = {}};
        if (entry.operation && !crop.out.empty()) {
            const Shapes inputs = graph.input_shapes(entry);
            const Window w = entry.operation->window(inputs);
            crop.all = !is_local(w, inputs, entry.shape);
            if (crop.all) {
                crop.out = {{0, entry.shape.h}, {0, entry.shape.w}};
            } else {
                const Extent K = w.kernel, S = w.stride, d = w.dilation;
                const Sides P = w.padding;
                crop.in = {needed(crop.out.rows, K.h, S.h, P.top, d.h, inputs[0].h),
                           needed(crop.out.columns, K.w, S.w, P.left, d.w, inputs[0].w)};
                crop.top = crop.out.rows.begin - crop.in.rows.begin / S.h;
                crop.left = crop.out.columns.begin - crop.in.columns.begin / S.w;
            }
        }
        all.push_back(crop);
    }
    return all;
}
// [crops]

}  // namespace cnn
