// One pass over the maps, in memory that does not grow with the pictures.
//
//   1. peaks    a picture's strongest unit in each channel: channels in lanes, value and place in two
//   registers
//   2. leaders  k maxima a channel; most peaks are smaller than the last of them, and one comparison says so
//
// Pictures of a batch go to different threads; the leaders see their peaks in the pictures' order, so ties
// and threads change nothing.
#include <algorithm>

#include "common/machine/parallel.hpp"
#include "common/machine/simd.hpp"
#include "learned_filters.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

// [peaks]
/// Up to `lanes` channels of one map: the largest numbers, and the first pixel of each, counted row by row.
struct Peaks {
    vec value, pixel;
};

template <bool whole>
Peaks peaks_of(View map, int channel, int count) {
    const auto numbers = [&](int i, int j) {
        const real* from = map.pixel(0, i, j) + channel;
        return whole ? vec::load(from) : vec::load_first(count, from);
    };
    Peaks best{numbers(0, 0), {}};
    for (int i = 0; i < map.shape.h; ++i)
        for (int j = 0; j < map.shape.w; ++j) {
            const vec value = numbers(i, j), here = vec::broadcast(real(i * map.shape.w + j));
            const auto larger = value.v > best.value.v;
            best.value.v = larger ? value.v : best.value.v;
            best.pixel.v = larger ? here.v : best.pixel.v;
        }
    return best;
}
// [peaks]

// [leaders]
/// Puts a peak in its place behind those that are as large; the last leader goes where there are too many.
void lead(std::vector<Maximum>& leaders, const Maximum& peak, std::size_t k) {
    const bool full = leaders.size() == k;
    if (full && peak.value <= leaders.back().value) return;
    if (full) leaders.pop_back();
    const auto place = std::ranges::upper_bound(leaders, peak.value, std::greater<>(), &Maximum::value);
    leaders.insert(place, peak);
}
// [leaders]

}  // namespace

Search::Search(const Shape& shape, int k) : shape_(shape), k_(std::size_t(k)) {
    found_.channels.resize(std::size_t(shape.c));
}

// [optimized]
void Search::see(View maps) {
    const Shape s = shape_;
    const auto channels = std::size_t(s.c);
    std::vector<Maximum> peaks(std::size_t(maps.shape.n) * channels);
    parallel_for(maps.shape.n, [&](int n) {
        const View map = maps.images(n, 1);
        Maximum* to = &peaks[std::size_t(n) * channels];
        for (int c = 0; c < s.c; c += lanes) {
            const int count = std::min(lanes, s.c - c);
            const Peaks all = count == lanes ? peaks_of<true>(map, c, count) : peaks_of<false>(map, c, count);
            for (int lane = 0; lane < count; ++lane) {
                const int pixel = int(all.pixel.v[lane]);
                to[c + lane] = {all.value.v[lane], pictures_ + n, pixel / s.w, pixel % s.w};
            }
        }
    });
    for (std::size_t p = 0; p < peaks.size(); ++p) lead(found_.channels[p % channels], peaks[p], k_);
    pictures_ += maps.shape.n;

    // What is held now: the maps, their peaks, and the leaders.
    std::size_t maxima = peaks.size();
    for (const auto& leaders : found_.channels) maxima += leaders.size();
    found_.bytes = std::max(found_.bytes, maps.shape.size() * std::int64_t{sizeof(real)} +
                                              std::int64_t(maxima * sizeof(Maximum)));
}

Strongest strongest(const Maps& maps, int k) {
    require_search(maps.shape, maps.pictures, k);
    Search search(maps.shape, k);
    for (int first = 0; first < maps.pictures; first += maps.batch)
        search.see(maps.of(first, std::min(maps.batch, maps.pictures - first)));
    return search.found();
}
// [optimized]

}  // namespace cnn::optimized
