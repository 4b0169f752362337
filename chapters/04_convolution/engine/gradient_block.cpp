#include "gradient_block.hpp"

#include <algorithm>

#include "border.hpp"
#include "common/machine/cache.hpp"

namespace cnn::engine::convolution {

using simd::lanes;

// [near]
CacheBlocking::CacheBlocking(const FilterDivision& d, int taps, std::ptrdiff_t pixel_pitch)
    : panels(1), tiles(d.tiles), pixels(256) {
    if (taps > 1) return;
    // One tap: sums of a square, this block and the next.
    constexpr int side = 192;
    panels = std::min(d.panels, side / (widest_gradient * lanes));
    tiles = std::min(d.tiles, divide_up(side, most_channels(widest_gradient)));
    const std::int64_t high = d.channels_of({0, tiles}).size(), wide = panels * widest_gradient * lanes;
    const std::int64_t numbers = cache_bytes(2) / int(sizeof(real));
    pixels = int(std::clamp<std::int64_t>((numbers - high * wide) / 2 / (high + wide), 128, 512));
    // Pixels far apart share few of the cache's places: this block and the next lie within most of its size.
    pixels = int(std::clamp<std::int64_t>(numbers * 3 / 8 / pixel_pitch, 96, pixels));
}
// [near]

Range Units::of(int tap, const FilterDivision& division) const {
    const int each = division.units(), first = tap * each;
    return by_tap ? intersection({numbers.begin - first, numbers.end - first}, {0, each}) : numbers;
}

Range Units::of_any_tap(const FilterDivision& division) const {
    return by_tap ? Range{0, division.units()} : numbers;
}

void FilterGradient::sum(const Units& units, Range lines, MutableView dw) const {
    const Range any = units.of_any_tap(division), panels = division.panels_of(any),
                tiles = division.tiles_of(any);
    const int across = divide_up(panels.size(), near.panels), down = divide_up(tiles.size(), near.tiles);
    for (int i = 0; i < across * down; ++i)
        sum(units, share_of(panels, i / down, across), share_of(tiles, i % down, down), lines, dw);
}

void FilterGradient::sum(const Units& units, Range panels, Range tiles, Range lines, MutableView dw) const {
    const FilterDivision& d = division;
    const int kh = dw.shape.n, kw = dw.shape.h, pixels = lines.size() * dy.shape.w;
    const int blocks = std::clamp((pixels + near.pixels / 2) / near.pixels, 1, std::max(1, lines.size()));
    const int high = d.channels_of(tiles).size(), wide = divide_up(d.vectors, d.panels) * lanes;
    // The sums of several blocks stay together, where no other thread's lines are near.
    Tensor together = blocks > 1 ? Tensor::uninitialized({panels.size() * kh, kw, high, wide}) : Tensor();
    Block block;
    block.most_lines = divide_up(lines.size(), blocks);
    for (int b = 0; b < blocks; ++b) {
        block.lines = share_of(lines, b, blocks);
        for (int p = panels.begin; p < panels.end; ++p) {
            const Range mine = intersection(tiles, d.tiles_of(units.of_any_tap(d), p));
            if (mine.empty()) continue;
            const Range channels = d.channels_of(mine), filters = d.filters_of(p);
            const MutableView part =
                dw.window(0, channels.begin, {kw, channels.size()}).channels(filters.begin, filters.size());
            // The last panel fetches inputs: they may take the place of those that it is the last to read.
            const bool last = p == panels.end - 1;
            // Vectors that are not whole are filled up, as their packed gradients are; but not those that
            // groups share, whose inputs lie as they are.
            const int width = d.shared_by > 0 ? filters.size() : d.vectors_of(p) * lanes;
            const MutableView sums = blocks == 1 ? part
                                                 : together.view()
                                                       .images((p - panels.begin) * kh, kh)
                                                       .window(0, 0, {kw, channels.size()})
                                                       .channels(0, width);
            add(units, p, mine, b == 0, last, block, sums);
            // After the last block, the sums of each tap go where they belong.
            if (blocks == 1 || b < blocks - 1) continue;
            for (int tap = 0; tap < kh * kw; ++tap) {
                const Range rows = d.channels_of(intersection(mine, d.tiles_of(units.of(tap, d), p)));
                const auto of = [&](const auto& all) {
                    return all.images(tap / kw, 1)
                        .window(tap % kw, rows.begin - channels.begin, {1, std::max(0, rows.size())});
                };
                copy(of(View(sums).channels(0, filters.size())), of(part));
            }
        }
    }
}

// Lines of a panel's gradients, one after the other, in whole vectors.
void FilterGradient::pack(const View& panel, Range lines, MutableView packed) const {
    const int whole = panel.shape.c / lanes * lanes, rest = panel.shape.c - whole;
    real* to = packed.data;
    for (int line = lines.begin; line < lines.end; ++line) {
        const real* from = panel.row(line).data;
        for (int j = 0; j < dy.shape.w; ++j, from += dy.pixel_pitch, to += packed.pixel_pitch) {
            for (int f = 0; f < whole; f += lanes) simd::vec::load(from + f).store(to + f);
            if (rest > 0) simd::vec::load_first(rest, from + whole).store(to + whole);
        }
    }
}

void FilterGradient::find_runs(const View& panel_x, const View& panel_dy, bool packs, int m, int l,
                               Block& block) const {
    block.runs.clear();
    const int tap = l * dilation.w - padding.left;
    const Range seen = inside(tap, stride.w, dy.shape.w, x.shape.w);
    for (int line = block.lines.begin; line < block.lines.end; ++line) {
        const int n = line / dy.shape.h, i = line % dy.shape.h, at = line - block.lines.begin;
        const int x_row = i * stride.h - padding.top + m * dilation.h;
        if (x_row < 0 || x_row >= x.shape.h) continue;
        const View gradients =
            packs ? block.packed.view().window(at, 0, {1, dy.shape.w}) : panel_dy.row(line);
        if (!seen.empty())
            block.runs.push_back({panel_x.pixel(n, x_row, 0) + (seen.begin * stride.w + tap) * x.pixel_pitch,
                                  gradients.pixel(0, 0, seen.begin), seen.size()});
        if (!padded()) continue;
        // Windows over the border are copied, together with its zeros.
        const Range whole = seen.empty() ? Range{dy.shape.w, dy.shape.w} : seen;
        for (const Range edge : {Range{0, whole.begin}, Range{whole.end, dy.shape.w}}) {
            if (edge.empty()) continue;
            real* to = block.borders.view().pixel(0, at, edge.begin > 0);
            const int first = (edge.begin * stride.w + tap) * x.pixel_pitch;
            const int count = (edge.size() - 1) * stride.w * x.pixel_pitch + x.shape.c;
            copy_window(panel_x.pixel(n, x_row, 0), whole_row, {first, first + count}, to);
            block.runs.push_back({to, gradients.pixel(0, 0, edge.begin), edge.size()});
        }
    }
}

void FilterGradient::add(const Units& units, int panel, Range tiles, bool start, bool fetch_inputs,
                         Block& block, MutableView sums) const {
    const FilterDivision& d = division;
    const int vecs = d.vectors_of(panel), width = vecs * lanes, kh = sums.shape.n, kw = sums.shape.h;
    const int filter = d.filters_of(panel).begin, count = d.filters_of(panel).size();
    // The first channel that the panel sees.
    const int channel = d.shared_by > 0 ? filter : panel / d.panels * d.channels,
              first_channel = d.channels_of(tiles).begin;
    const View panel_x = x.channels(channel, d.channels), panel_dy = dy.channels(filter, count);
    // Packed are vectors that are not whole, and lines that lie apart and are read often.
    const int reads = kh * kw * tiles.size();
    const bool packs = count < width || (dy.pixel_pitch > width && kh * kw > 1 && reads > 16);
    if (packs) {
        const Shape shape{.h = block.most_lines, .w = dy.shape.w, .c = width};
        if (block.packed.shape() != shape) block.packed = Tensor::uninitialized(shape);
        pack(panel_dy, block.lines, block.packed);
    }
    if (padded() && block.borders.empty()) {
        const int around = (padding.left + padding.right) * int(x.pixel_pitch);
        block.borders = Tensor::uninitialized({.h = block.most_lines, .w = 2, .c = whole_row + around});
    }

    for (int m = 0; m < kh; ++m)
        for (int l = 0; l < kw; ++l) {
            const Range mine = intersection(tiles, d.tiles_of(units.of(m * kw + l, d), panel));
            if (mine.empty()) continue;
            find_runs(panel_x, panel_dy, packs, m, l, block);
            // The first tap's tiles fetch the next block from memory: the inputs, and each of the first ones
            // a vector of the gradients.  Tiles of one height go through one call.
            const bool first_tap = fetches() && m == 0 && l == 0;
            const int fetching = !first_tap     ? mine.begin
                                 : fetch_inputs ? mine.end
                                                : std::min(mine.begin + vecs, mine.end);
            for (int t = mine.begin, many; t < mine.end; t += many) {
                many = d.identical({t, t < fetching ? fetching : mine.end});
                const Range channels = d.channels_of({t, t + 1});
                gradient_kernel(channels.size(), vecs, d.shared_by)(
                    {.tiles = many,
                     .runs = &block.runs,
                     .channel = channels.begin,
                     .pixel_pitch = stride.w * x.pixel_pitch,
                     .dy_pixel_pitch = packs ? width : dy.pixel_pitch,
                     .fetch = t < fetching,
                     .x_ahead = fetch_inputs ? block.most_lines * stride.h * x.row_pitch : 0,
                     .dy_ahead = packs ? 0 : block.most_lines * dy.row_pitch,
                     .dw = sums.pixel(m, l, channels.begin - first_channel),
                     .channel_pitch = sums.pixel_pitch,
                     .tail_lanes = sums.shape.c - (vecs - 1) * lanes,
                     .resume = !start});
            }
        }
}

}  // namespace cnn::engine::convolution
