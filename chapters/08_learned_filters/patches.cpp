#include "patches.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "common/base/error.hpp"
#include "common/figure/figure.hpp"
#include "common/files/image.hpp"
#include "localise.hpp"
#include "oriented_wave.hpp"

namespace cnn {

Region field_of(Node node, const Maximum& unit) {
    return seen_by(*node.graph, node, {{unit.row, unit.row + 1}, {unit.column, unit.column + 1}})[0];
}

// [patch]
Tensor patch(View picture, Node node, const Maximum& unit) {
    const Region seen = field_of(node, unit);
    require(!seen.empty(), "patch: \"", node.name(), "\" does not depend on the picture");
    const Region whole = receptive_field(*node.graph, node).of(unit.row, unit.column);
    const auto shown = [](Range part, Range field, int side) { return field.size() < side ? field : part; };
    const Range rows = shown(seen.rows, whole.rows, picture.shape.h),
                columns = shown(seen.columns, whole.columns, picture.shape.w);

    Tensor result({.h = rows.size(), .w = columns.size(), .c = picture.shape.c});
    fill(result, real(0.5));
    const Extent size{seen.rows.size(), seen.columns.size()};
    copy(picture.window(seen.rows.begin, seen.columns.begin, size),
         result.view().window(seen.rows.begin - rows.begin, seen.columns.begin - columns.begin, size));
    return result;
}
// [patch]

Tensor enlarged(View patch, int side) {
    const int longer = std::max(patch.shape.h, patch.shape.w);
    const auto scaled = [&](int length) {
        return std::max(1, int(std::lround(double(length) * side / longer)));
    };
    const Extent size{scaled(patch.shape.h), scaled(patch.shape.w)};
    if (longer > side) return resample(patch, size);
    Tensor result({.h = size.h, .w = size.w, .c = patch.shape.c});
    for (int i = 0; i < size.h; ++i)
        for (int j = 0; j < size.w; ++j)
            std::copy_n(patch.pixel(0, i * patch.shape.h / size.h, j * patch.shape.w / size.w), patch.shape.c,
                        result.view().pixel(0, i, j));
    return result;
}

std::string sight(Node node) {
    const ReceptiveField field = receptive_field(*node.graph, node);
    const Shape& picture = node.graph->node(0).shape();
    const auto all = [](const ReceptiveField::Axis& axis, int side) { return axis.size >= side; };
    if (field_of(node, {}) == Region{{0, picture.h}, {0, picture.w}}) return "the whole picture";
    if (all(field.h, picture.h) && all(field.w, picture.w)) return "up to the whole picture";
    std::ostringstream text;
    text << field.h.size << 'x' << field.w.size << " pixels";
    return text.str();
}

Tensor patch_rows(const Strongest& found, Node node, const std::function<Tensor(int n)>& picture, int units,
                  int side) {
    std::vector<Tensor> tiles;
    int columns = 0;
    for (const auto& best : found.channels) {
        if (best.empty() || best[0].value <= 0) continue;
        if (units-- == 0) break;
        columns = int(best.size());
        for (const Maximum& unit : best)
            tiles.push_back(enlarged(patch(picture(unit.picture), node, unit), side));
    }
    return tiles.empty() ? Tensor() : figure::montage(tiles, columns);
}

Node first_filters(const Graph& graph) {
    const auto& entries = graph.entries();
    const auto first = std::ranges::find_if(entries, [](const Graph::Entry& entry) {
        return !entry.parameters.empty() && entry.parameters[0].layout == Layout::filters;
    });
    require(first != entries.end(), "learned filters: the network has no convolution");
    return graph.node(int(first - entries.begin()));
}

std::vector<Tensor> filter_pictures(View filters) {
    const int inputs = filters.shape.w;
    require(inputs == 1 || inputs == 3, "learned filters: a filter of ", inputs,
            " channels is no picture; those of 1 or 3 channels are");
    std::vector<Tensor> pictures;
    for (int f = 0; f < filters.shape.c; ++f) {
        Tensor filter = one_filter(filters, f);
        real largest = 0;
        for (const real weight : filter.flat()) largest = std::max(largest, std::abs(weight));
        if (inputs == 3)
            for (real& weight : filter.flat())
                weight = real(0.5) + (largest > 0 ? weight / (2 * largest) : 0);
        pictures.push_back(inputs == 3 ? std::move(filter) : figure::diverging(filter));
    }
    return pictures;
}

std::vector<Node> depths(Node logits) {
    const Graph& graph = *logits.graph;
    const std::vector<bool> leads = ancestors(graph, {logits}, std::vector<bool>(graph.entries().size()));
    std::vector<Node> last;
    bool learns = false;  // whether a layer of the last one's size has weights
    for (std::size_t i = 0; i < leads.size(); ++i) {
        const Graph::Entry& entry = graph.entries()[i];
        if (!leads[i] || !entry.operation) continue;
        const Shape& s = entry.shape;
        const bool another = last.empty() || last.back().shape().h != s.h || last.back().shape().w != s.w;
        if (another && !last.empty() && !learns) last.pop_back();
        if (another) last.emplace_back(), learns = false;
        last.back() = graph.node(int(i));
        learns = learns || std::ranges::any_of(entry.parameters,
                                               [](const Parameter& p) { return p.role == Role::weight; });
    }
    return last;
}

}  // namespace cnn
