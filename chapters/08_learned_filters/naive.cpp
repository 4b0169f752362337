// Keep everything, sort, and take the best.
#include <algorithm>
#include <tuple>

#include "learned_filters.hpp"

namespace cnn::naive {

namespace {

std::int64_t bytes_of(const std::vector<Maximum>& list) {
    return std::int64_t(list.size() * sizeof(Maximum));
}

}  // namespace

// [naive]
Strongest strongest(const Maps& maps, int k) {
    require_search(maps.shape, maps.pictures, k);
    const Shape s = maps.shape;

    // Every map of every picture.
    Tensor all({maps.pictures, s.h, s.w, s.c});
    for (int first = 0; first < maps.pictures; first += maps.batch) {
        const int count = std::min(maps.batch, maps.pictures - first);
        copy(maps.of(first, count), all.view().images(first, count));
    }

    Strongest found;
    for (int c = 0; c < s.c; ++c) {
        // Every unit of the channel, the largest first.
        std::vector<Maximum> units;
        for (int n = 0; n < maps.pictures; ++n)
            for (int i = 0; i < s.h; ++i)
                for (int j = 0; j < s.w; ++j) units.push_back({all(n, i, j, c), n, i, j});
        std::ranges::sort(units, [](const Maximum& a, const Maximum& b) {
            return a.value != b.value
                       ? a.value > b.value
                       : std::tie(a.picture, a.row, a.column) < std::tie(b.picture, b.row, b.column);
        });

        // The best of each picture.
        std::vector<Maximum> best;
        for (const Maximum& unit : units)
            if (int(best.size()) < k &&
                std::ranges::find(best, unit.picture, &Maximum::picture) == best.end())
                best.push_back(unit);
        found.bytes = std::max(found.bytes, bytes_of(units));
        found.channels.push_back(std::move(best));
    }
    found.bytes += all.shape().size() * std::int64_t{sizeof(real)};
    for (const auto& best : found.channels) found.bytes += bytes_of(best);
    return found;
}
// [naive]

}  // namespace cnn::naive
