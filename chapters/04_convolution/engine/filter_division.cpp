#include "filter_division.hpp"

#include <algorithm>

#include "gradient_kernel.hpp"

namespace cnn::engine::convolution {

using simd::lanes;

FilterDivision::FilterDivision(const Shape& dw, int groups)
    : banks(groups), channels(dw.w), filters(dw.c / groups) {
    const bool shared = groups > 1 && channels == filters && channels < lanes && lanes % channels == 0;
    if (shared) shared_by = channels, filters *= groups, banks = 1;
    vectors = divide_up(filters, lanes);
    panels = divide_up(vectors, shared ? widest_shared(channels) : widest_gradient);
    tiles = shared ? 1 : divide_up(channels, most_channels(divide_up(vectors, panels)));
}

Range FilterDivision::panels_of(Range units) const {
    const int each = panels * tiles;
    return {units.begin / each * panels, divide_up(units.end, each) * panels};
}

Range FilterDivision::tiles_of(Range units) const {
    return panels_of(units).size() > panels
               ? Range{0, tiles}
               : Range{units.begin / panels % tiles, (units.end - 1) / panels % tiles + 1};
}

Range FilterDivision::tiles_of(Range units, int panel) const {
    const int first = panel / panels * panels * tiles + panel % panels;
    const auto from = [&](int unit) {
        return std::clamp(divide_up(std::max(0, unit - first), panels), 0, tiles);
    };
    return {from(units.begin), from(units.end)};
}

FilterDivision::Half FilterDivision::half_of(int tile) const {
    const int middle = tiles / 2, channel = share_of(channels, middle, tiles).begin;
    return tile < middle ? Half{{0, middle}, {0, channel}} : Half{{middle, tiles}, {channel, channels}};
}

Range FilterDivision::channels_of(Range some_tiles) const {
    const auto first = [&](int tile) {
        const auto [half, theirs] = half_of(tile);
        return theirs.begin + long_share_first(theirs.size(), tile - half.begin, half.size()).begin;
    };
    return {first(some_tiles.begin), first(some_tiles.end)};
}

int FilterDivision::identical(Range some_tiles) const {
    const auto [half, theirs] = half_of(some_tiles.begin);
    const int lower = half.begin + theirs.size() % half.size();  // the first of the lower ones
    return std::min(some_tiles.begin < lower ? lower : half.end, some_tiles.end) - some_tiles.begin;
}

int FilterDivision::vectors_of(int panel) const { return share_of(vectors, panel % panels, panels).size(); }

Range FilterDivision::filters_of(int panel) const {
    const int bank = panel / panels * filters;
    const Range mine = share_of(vectors, panel % panels, panels);
    return {bank + mine.begin * lanes, bank + std::min(mine.end * lanes, filters)};
}

}  // namespace cnn::engine::convolution
