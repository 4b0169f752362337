#include "patched.hpp"

#include <algorithm>

namespace cnn {

Changed::Changed(std::vector<Region> boxes_of_places, int channels) : boxes(std::move(boxes_of_places)) {
    first = {0};
    for (const Region& box : boxes)
        first.push_back(first.back() + (box.empty() ? 0 : box.rows.size() * box.columns.size()));
    if (count() > 0) units = Tensor::uninitialized({.w = count(), .c = channels});
}

std::vector<std::vector<UnitRow>> shares(const Changed& changed, int units) {
    std::vector<std::vector<UnitRow>> all;
    int in_last = units;
    for (std::size_t place = 0; place < changed.boxes.size(); ++place) {
        const auto& [rows, columns] = changed.boxes[place];
        if (changed.boxes[place].empty()) continue;
        for (int row = rows.begin; row < rows.end; ++row) {
            if (in_last >= units) {
                all.emplace_back();
                in_last = 0;
            }
            const int first = changed.first[place] + (row - rows.begin) * columns.size();
            all.back().push_back({int(place), row, first, columns});
            in_last += columns.size();
        }
    }
    return all;
}

// [line]
void PatchedMap::line(int place, int row, int left, int count, real* to) const {
    const int C = plain_.shape.c;
    const Range inside = intersection({left, left + count}, {0, plain_.shape.w});
    if (row < 0 || row >= plain_.shape.h || inside.empty()) {
        std::fill_n(to, std::ptrdiff_t{count} * C, beyond_);
        return;
    }
    // Beyond the map, the plain map, what changed, the plain map, beyond the map.
    const Region box = changed_.boxes.empty() ? Region{} : changed_.boxes[std::size_t(place)];
    Range inner = intersection(inside, box.columns);
    if (inner.empty() || row < box.rows.begin || row >= box.rows.end) inner = {inside.end, inside.end};
    const auto at = [&](int column) { return to + std::ptrdiff_t{column - left} * C; };
    const auto plain = [&](int from, int end) {
        std::copy_n(plain_.pixel(0, row, from), std::ptrdiff_t{end - from} * C, at(from));
    };
    std::fill(to, at(inside.begin), beyond_);
    plain(inside.begin, inner.begin);
    if (!inner.empty()) {
        const int unit = changed_.first[std::size_t(place)] + (row - box.rows.begin) * box.columns.size() +
                         inner.begin - box.columns.begin;
        std::copy_n(changed_.units.view().pixel(0, 0, unit), std::ptrdiff_t{inner.size()} * C,
                    at(inner.begin));
    }
    plain(inner.end, inside.end);
    std::fill(at(inside.end), at(left + count), beyond_);
}
// [line]

// [windows]
void PatchedMap::windows(const UnitRow& units, const Window& w, real* to, std::vector<real>& pixels) const {
    const int C = plain_.shape.c, count = units.columns.size();
    const int top = units.row * w.stride.h - w.padding.top;
    const int left = units.columns.begin * w.stride.w - w.padding.left;
    const int length = (count - 1) * w.stride.w + (w.kernel.w - 1) * w.dilation.w + 1;
    if (w.kernel == Extent(1) && w.stride.w == 1) return line(units.place, top, left, length, to);

    // One row of taps of all windows from one line of the map; without dilation its taps lie together.
    pixels.resize(std::size_t(length) * std::size_t(C));
    const int runs = w.dilation.w == 1 ? 1 : w.kernel.w, run = C * w.kernel.w / runs;
    for (int m = 0; m < w.kernel.h; ++m) {
        line(units.place, top + m * w.dilation.h, left, length, pixels.data());
        for (int j = 0; j < count; ++j)
            for (int n = 0; n < runs; ++n)
                std::copy_n(pixels.data() + std::ptrdiff_t{j * w.stride.w + n * w.dilation.w} * C, run,
                            to + (std::ptrdiff_t{j} * w.kernel.h + m) * w.kernel.w * C + n * run);
    }
}
// [windows]

}  // namespace cnn
