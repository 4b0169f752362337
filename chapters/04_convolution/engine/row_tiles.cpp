#include "row_tiles.hpp"

#include "common/base/range.hpp"

namespace cnn::engine::convolution {

RowTiles::RowTiles(const RowGeometry& s, int pixels, int vecs, int shared_by, bool copies, bool finishes) {
    const int tiles = divide_up(s.pixels_out, pixels);
    for (int t = 0; t < tiles; ++t) {
        const Range tile = long_share_first(s.pixels_out, t, tiles);
        const auto add = [&](Range taps, Range seeing, bool resume, bool finish, bool copied) {
            passes_.push_back({taps.begin, taps.end, seeing.begin, seeing.end, resume, finish, copied,
                               kernel_for(seeing.size(), vecs, shared_by)});
        };
        const auto seeing = [&](int l) {
            const Range all = inside(l * s.dilation - s.left, s.stride, tile.end, s.pixels_in);
            return Range{std::max(tile.begin, all.begin), all.end};
        };
        // Columns of taps that all pixels see come first, in one pass; then the others for those that see
        // them.
        Range full;
        while (full.begin < s.taps && seeing(full.begin) != tile) ++full.begin;
        full.end = full.begin;
        while (full.end < s.taps && seeing(full.end) == tile) ++full.end;
        const bool partial = full.size() < s.taps;
        if (partial && copies) {
            add({0, s.taps}, tile, false, true, true);
        } else {
            add(full, tile, false, !partial, false);
            for (int l = 0; l < s.taps; ++l)
                if ((l < full.begin || l >= full.end) && !seeing(l).empty())
                    add({l, l + 1}, seeing(l), true, false, false);
            if (partial && finishes) add({0, 0}, tile, true, true, false);
        }
        ends_.push_back(int(passes_.size()));
    }
    identical_.assign(ends_.size(), 1);
    // Tiles are identical if they have as many pixels and take one pass, over the same taps.
    const auto same = [&](int t, int other) {
        const Pass &a = passes(t).front(), &b = passes(other).front();
        return passes(t).size() == 1 && passes(other).size() == 1 && !a.copied && !b.copied && a.l == b.l &&
               a.end_l == b.end_l && a.last - a.first == b.last - b.first;
    };
    for (int t = tiles - 2; t >= 0; --t)
        if (same(t, t + 1)) identical_[std::size_t(t)] += identical(t + 1);
}

std::span<const Pass> RowTiles::passes(int tile) const {
    const int begin = tile == 0 ? 0 : ends_[std::size_t(tile) - 1];
    return std::span(passes_).subspan(std::size_t(begin), std::size_t(ends_[std::size_t(tile)] - begin));
}

}  // namespace cnn::engine::convolution
