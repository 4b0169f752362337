#include "gradient_block.hpp"

#include <algorithm>

namespace cnn::optimized {

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

Range FilterDivision::tiles_of(Range units, int panel) const {
    const int first = panel / panels * panels * tiles + panel % panels;
    const auto from = [&](int unit) {
        return std::clamp(divide_up(std::max(0, unit - first), panels), 0, tiles);
    };
    return {from(units.begin), from(units.end)};
}

Range FilterDivision::channels_of(Range some_tiles) const {
    const auto first = [&](int tile) { return tile * (channels / tiles) + std::min(tile, channels % tiles); };
    return {first(some_tiles.begin), first(some_tiles.end)};
}

int FilterDivision::alike(Range some_tiles) const {
    const int high = channels % tiles;
    return (some_tiles.begin < high ? std::min(high, some_tiles.end) : some_tiles.end) - some_tiles.begin;
}

int FilterDivision::vectors_of(int panel) const { return share_of(vectors, panel % panels, panels).size(); }

Range FilterDivision::filters_of(int panel) const {
    const int bank = panel / panels * filters;
    const Range mine = share_of(vectors, panel % panels, panels);
    return {bank + mine.begin * lanes, bank + std::min(mine.end * lanes, filters)};
}

void FilterGradient::sum(Range units, Range lines, MutableView dw) const {
    const FilterDivision& d = division;
    const Range panels = d.panels_of(units);
    const int kh = dw.shape.n, kw = dw.shape.h, blocks = divide_up(lines.size(), lines_each());
    std::vector<Tensor> sums(std::size_t(panels.size()));
    Block block;
    for (int i = 0; i < panels.size() * blocks; ++i) {
        const int p = panels.begin + (panels_inside ? i % panels.size() : i / blocks);
        const int b = panels_inside ? i / panels.size() : i % blocks;
        const Range tiles = d.tiles_of(units, p);
        if (tiles.empty()) continue;
        const Range channels = d.channels_of(tiles);
        const int width = d.vectors_of(p) * lanes, count = d.filters_of(p).size();
        const MutableView part =
            dw.window(0, channels.begin, {kw, channels.size()}).channels(d.filters_of(p).begin, count);

        // The sums of several blocks stay together, where no other thread's lines are near.
        Tensor& together = sums[std::size_t(p - panels.begin)];
        if (blocks > 1 && b == 0) together = Tensor::unset({kh, kw, channels.size(), width});
        const int line = lines.begin + b * lines_each();
        block.lines = {line, std::min(lines.end, line + lines_each())};
        // Vectors that are not whole are filled up, as their packed gradients are; but not those that groups
        // share, whose inputs lie as they are.
        const int filled = d.shared_by > 0 ? count : width;
        add(p, tiles, b == 0, block, blocks > 1 ? together.view().channels(0, filled) : part);
        if (blocks > 1 && b == blocks - 1) {
            copy(View(together).channels(0, count), part);
            together = Tensor();
        }
    }
}

// Lines of a panel's gradients, one after the other, in whole vectors.
void FilterGradient::pack(const View& panel, Range lines, MutableView packed) const {
    const int whole = panel.shape.c / lanes * lanes, rest = panel.shape.c - whole;
    real* to = packed.data;
    for (int line = lines.begin; line < lines.end; ++line) {
        const real* from = panel.pixel(line / dy.shape.h, line % dy.shape.h, 0);
        for (int j = 0; j < dy.shape.w; ++j, from += dy.next_pixel, to += packed.next_pixel) {
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
        const View gradients = packs ? block.packed.view().window(at, 0, {1, dy.shape.w})
                                     : panel_dy.images(n, 1).window(i, 0, {1, dy.shape.w});
        if (!seen.empty())
            block.runs.push_back({panel_x.pixel(n, x_row, 0) + (seen.begin * stride.w + tap) * x.next_pixel,
                                  gradients.pixel(0, 0, seen.begin), seen.size()});
        if (!row.padded()) continue;
        // Windows over the border are copied, together with its zeros.
        const Range whole = seen.empty() ? Range{dy.shape.w, dy.shape.w} : seen;
        for (const Range edge : {Range{0, whole.begin}, Range{whole.end, dy.shape.w}}) {
            if (edge.empty()) continue;
            real* to = block.borders.view().pixel(0, at, edge.begin > 0);
            const int first = (edge.begin * stride.w + tap) * x.next_pixel;
            const int count = (edge.size() - 1) * stride.w * x.next_pixel + x.shape.c;
            const Range have{std::clamp(-first, 0, count), std::clamp(row.numbers - first, 0, count)};
            std::fill_n(to, count, real{0});
            std::copy_n(panel_x.pixel(n, x_row, 0) + first + have.begin, have.size(), to + have.begin);
            block.runs.push_back({to, gradients.pixel(0, 0, edge.begin), edge.size()});
        }
    }
}

void FilterGradient::add(int panel, Range tiles, bool start, Block& block, MutableView sums) const {
    const FilterDivision& d = division;
    const int vecs = d.vectors_of(panel), width = vecs * lanes, kh = sums.shape.n, kw = sums.shape.h;
    const int filter = d.filters_of(panel).begin, count = d.filters_of(panel).size();
    // The first channel that the panel sees.
    const int channel = d.shared_by > 0 ? filter : panel / d.panels * d.channels,
              first_channel = d.channels_of(tiles).begin;
    const View panel_x = x.channels(channel, d.channels), panel_dy = dy.channels(filter, count);
    // Packed are vectors that are not whole, and lines that lie apart and are read often.
    const int reads = kh * kw * tiles.size();
    const bool packs = count < width || (dy.next_pixel > width && kh * kw > 1 && reads > 16);
    if (packs) {
        const Shape shape{.h = lines_each(), .w = dy.shape.w, .c = width};
        if (block.packed.shape() != shape) block.packed = Tensor::unset(shape);
        pack(panel_dy, block.lines, block.packed);
    }
    if (row.padded() && block.borders.empty())
        block.borders = Tensor::unset({.h = lines_each(), .w = 2, .c = row.before + row.numbers + row.after});

    for (int m = 0; m < kh; ++m)
        for (int l = 0; l < kw; ++l) {
            find_runs(panel_x, panel_dy, packs, m, l, block);
            // The first tap's tiles fetch the next block's lines of memory, each the one that it begins; else
            // those of one height go through one call.
            const bool fetch = fetches() && m == 0 && l == 0;
            for (int t = tiles.begin, many; t < tiles.end; t += many) {
                many = fetch ? 1 : d.alike({t, tiles.end});
                const Range channels = d.channels_of({t, t + 1});
                const bool begins = t < vecs || channels.begin / lanes != channels.end / lanes;
                gradient_kernel(channels.size(), vecs, d.shared_by)(
                    {.tiles = many,
                     .runs = &block.runs,
                     .channel = channels.begin,
                     .next_pixel = stride.w * x.next_pixel,
                     .dy_next_pixel = packs ? width : dy.next_pixel,
                     .fetch = fetch && begins,
                     .x_ahead = lines_each() * stride.h * x.next_row + channels.size() - 1,
                     .dy_ahead = packs ? 0 : lines_each() * dy.next_row + t % vecs * lanes,
                     .dw = sums.pixel(m, l, channels.begin - first_channel),
                     .next_channel = sums.next_pixel,
                     .last = sums.shape.c - (vecs - 1) * lanes,
                     .resume = !start});
            }
        }
}

}  // namespace cnn::optimized
