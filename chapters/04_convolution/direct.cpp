// The layer as a matrix product that never builds its matrix.
//
//   1. naive     two numbers are loaded for each multiplication
//   2. tile      pixels x vectors of filters stay in registers: a number loaded is used many times
//                and no call comes between a tile's first number and its last, which would pass the
//                sums through memory: 1.03 in the mean of 26 layers, to 1.09 in a network's first
//   3. packed    filters lie in the order in which the tile reads them, as wide as suits line and caches
//   4. border    taps outside of the map are left out: pixels that miss some have passes of their own
//   5. blocks    the pixels that fit a cache are swept by one panel of filters after another
//   6. groups    several groups of few channels share a vector; each lane reads its own group's numbers
//   7. alike     tiles side by side that differ in their place alone go through one call
//   8. fetched   while a tile is summed, new pixels of the next come from afar: up to twice as fast where
//                maps leave the caches
//   9. streamed  results too large to be near pass the caches
#include "direct.hpp"

#include <algorithm>
#include <numeric>

#include "common/cache.hpp"
#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/range.hpp"
#include "common/stream.hpp"
#include "micro_kernel.hpp"
#include "padding.hpp"

namespace cnn::optimized {
using simd::lanes;

namespace {

constexpr int short_line = 56;  // pixels: a few tiles

// The part of a tile that sees tap columns l ... end_l - 1: its pixels first ... last - 1.
struct Pass {
    int l, end_l, first, last;
    bool resume, finish;
    Kernel kernel;
};

// A line of output pixels in tiles, each in one pass where all its pixels see all taps, and in more at the
// border.
struct Line {
    std::vector<Pass> passes;
    std::vector<int> tile_end;  // index of the first pass of the next tile
    std::vector<int> alike;     // tiles from this one on that differ in their place alone

    Line(int pixels_in, int pixels_out, int kw, int stride, int dilation, int left, int pixels, int vecs,
         int shared_by, bool relu) {
        const int tiles = divide_up(pixels_out, pixels);
        for (int t = 0; t < tiles; ++t) {
            const Range tile = share_of(pixels_out, t, tiles);
            const auto [j, end] = tile;
            const auto sees = [&](int l) {
                const Range all = inside(l * dilation - left, stride, tile.end, pixels_in);
                return Range{std::max(tile.begin, all.begin), all.end};
            };
            // Columns of taps that all pixels see come first, in one pass; then the others for those that see
            // them.
            int full = 0, full_end = kw;
            while (full < kw && sees(full) != tile) ++full;
            full_end = full;
            while (full_end < kw && sees(full_end) == tile) ++full_end;
            const bool partial = full > 0 || full_end < kw;
            passes.push_back({full, full_end, j, end, false, !partial, kernel_for(end - j, vecs, shared_by)});
            for (int l = 0; l < kw; ++l) {
                if (full <= l && l < full_end) continue;
                const auto [first, last] = sees(l);
                if (first < last)
                    passes.push_back(
                        {l, l + 1, first, last, true, false, kernel_for(last - first, vecs, shared_by)});
            }
            if (partial && relu)
                passes.push_back({0, 0, j, end, true, true, kernel_for(end - j, vecs, shared_by)});
            tile_end.push_back(int(passes.size()));
        }
        alike.assign(tile_end.size(), 1);
        const auto inner = [&](int t) {
            const int first = t == 0 ? 0 : tile_end[std::size_t(t) - 1];
            const Pass& pass = passes[std::size_t(first)];
            return tile_end[std::size_t(t)] - first == 1 ? pass.last - pass.first : 0;
        };
        for (int t = tiles - 2; t >= 0; --t)
            if (inner(t) > 0 && inner(t) == inner(t + 1))
                alike[std::size_t(t)] = alike[std::size_t(t) + 1] + 1;
    }
};

}  // namespace

void direct(View x, const PackedFilters& w, const real* b, const Reach& reach, bool relu, MutableView y) {
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w;
    const Extent s = reach.stride, d = reach.dilation;
    const auto& panels = w.panels();

    // What comes next is fetched where the map leaves the second-level cache.
    const std::int64_t l2 = cache_bytes(2);
    const bool far = x.shape.size() * std::int64_t{sizeof(real)} > l2;

    // Where a kernel of one tap sees every pixel, lines follow each other: short ones, and those of many
    // pixels, are made one line.
    const bool one_to_one = kh == 1 && kw == 1 && s == Extent(1) && reach.top == 0 && reach.left == 0 &&
                            x.shape.h == y.shape.h && x.shape.w == y.shape.w;
    const bool many = x.shape.size() + y.shape.size() > (1 << 21);
    if (one_to_one && y.shape.h > 1 && (y.shape.w < short_line || many) &&
        x.next_row == x.next_pixel * x.shape.w && y.next_row == y.next_pixel * y.shape.w) {
        x.shape.w *= x.shape.h, y.shape.w *= y.shape.h;
        x.shape.h = y.shape.h = 1;
    }

    // On short lines of few channels the passes for the border would be most of the work: pad the lines after
    // all.
    const int left = reach.left, right = (y.shape.w - 1) * s.w + (kw - 1) * d.w + 1 - left - x.shape.w;
    if (x.shape.c < 8 && y.shape.w <= short_line && std::max(left, right) > 0)
        return direct(pad(x, {{0, 0, std::max(left, 0), std::max(right, 0)}}), w, b,
                      {s, d, reach.top, std::min(left, 0)}, relu, y);

    const auto width_of = &PackedFilters::Panel::vecs;
    const int wide = std::ranges::max(panels, {}, width_of).vecs,
              narrow = std::ranges::min(panels, {}, width_of).vecs;
    // One tap alone has little to sum while so many pixels are fetched: lower tiles ask for fewer at a time.
    const bool low = one_to_one && far && many && c > 2 * lanes;
    const int pixels = w.shared_by() > 0 ? most_pixels_shared
                       : low             ? std::min(most_pixels(wide), 7)
                                         : most_pixels(wide);
    const auto line_of = [&](int vecs) {
        return Line(x.shape.w, y.shape.w, kw, s.w, d.w, reach.left, pixels, vecs, w.shared_by(), relu);
    };
    const Line wide_line = line_of(wide), narrow_line = line_of(narrow);
    const int tiles = int(wide_line.tile_end.size());
    // Fetched are those rows of taps that no line above has read.  Lines of pixels a power of two apart share
    // few places in the nearest cache, of twelve lines each: two tiles must fit.
    const std::ptrdiff_t apart = s.w * x.next_pixel * std::ptrdiff_t{sizeof(real)};
    const bool both_fit = 2 * pixels <= 12 * (4096 / std::gcd(apart, 4096));
    const bool joined = d.w == 1 && x.next_pixel == c && w.shared_by() == 0;

    // A block of tiles is read again for each panel.  Where all panels fit the second-level cache, it is
    // small, so that what it writes stays together; otherwise block and panel share that cache, and the
    // panels pass.
    const std::int64_t panel_bytes = w.bytes() / std::int64_t(panels.size());
    const bool panels_stay = w.bytes() <= l2 / 2;
    const std::int64_t room = panels_stay ? l2 / 8 : std::max(l2 / 4, l2 * 3 / 4 - panel_bytes);
    const std::int64_t each = std::min(s.h, kh) * std::min(s.w, kw) * c + (panels_stay ? y.shape.c : 0);
    const std::int64_t tile_bytes = std::min(pixels, y.shape.w) * each * int(sizeof(real));
    const int all_tiles = y.shape.n * y.shape.h * tiles;
    const int in_cache = int(std::clamp<std::int64_t>(room / tile_bytes, 1, all_tiles));
    // Enough tasks for an even share: neighbours read the same block, or of a map that fits the same panels.
    // The longer a layer takes, the finer it may be cut.
    const bool long_layer = y.shape.size() * kh * kw * c > (1 << 26);
    const int wanted = threads() == 1 ? 1 : (long_layer ? 32 : 16) * threads();
    const int blocks =
        std::max(divide_up(all_tiles, in_cache), std::min(all_tiles, divide_up(wanted, int(panels.size()))));
    const int panel_groups = std::min(int(panels.size()), divide_up(wanted, blocks));
    const bool map_fits = all_tiles <= in_cache;
    // Results too large to be near pass the caches, where a pass is their first and last.
    const bool stream = large(y.shape.size()) && streamable(y) &&
                        std::ranges::all_of(panels, [](const auto& panel) { return panel.last == lanes; });
    parallel_for(blocks * panel_groups, [&](int task) {
        const int block = map_fits ? task % blocks : task / panel_groups;
        const int group = map_fits ? task / blocks : task % panel_groups;
        const auto [first_tile, end_tile] = share_of(all_tiles, block, blocks);
        const auto [first_panel, end_panel] = share_of(int(panels.size()), group, panel_groups);
        for (int p = first_panel; p < end_panel; ++p) {
            const PackedFilters::Panel& panel = panels[std::size_t(p)];
            const Line& line = panel.vecs == wide ? wide_line : narrow_line;
            const std::ptrdiff_t width = panel.vecs * lanes;
            const real* weights = w.data(panel);
            Job job{};
            job.next_pixel = s.w * x.next_pixel;
            job.next_row = d.h * x.next_row;
            job.next_run = d.w * x.next_pixel;
            job.w_next_row = kw * c * width;
            job.w_next_run = c * width;
            job.b = b == nullptr ? nullptr : b + panel.filter;
            job.y_next_pixel = y.next_pixel;
            job.last = panel.last;
            int t = first_tile % tiles, i = first_tile / tiles % y.shape.h,
                n = first_tile / tiles / y.shape.h;
            for (int tile = first_tile; tile < end_tile; tile += job.tiles) {
                job.tiles = std::min(line.alike[std::size_t(t)], end_tile - tile);
                // Tap rows inside of x.
                const int from_row = i * s.h - reach.top;
                const auto [first_m, end_m] = inside(from_row, d.h, kh, x.shape.h);
                const real* x_row =
                    x.data + n * x.next_image + (from_row + first_m * d.h) * x.next_row + panel.group * c;
                real* y_row = y.pixel(n, i, 0) + panel.filter;
                job.rows = end_m - first_m;
                job.fetch_from = far && both_fit ? job.rows - divide_up(s.h, d.h) : job.rows;
                for (int q = t == 0 ? 0 : line.tile_end[std::size_t(t - 1)];
                     q < line.tile_end[std::size_t(t)]; ++q) {
                    const Pass& pass = line.passes[std::size_t(q)];
                    job.x = x_row + (pass.first * s.w - reach.left + pass.l * d.w) * x.next_pixel;
                    job.w = weights + (first_m * kw + pass.l) * c * width;
                    job.y = y_row + pass.first * y.next_pixel;
                    job.runs = joined ? 1 : pass.end_l - pass.l;
                    job.length = joined ? (pass.end_l - pass.l) * c : c;
                    job.resume = pass.resume;
                    job.relu = pass.finish && relu;
                    job.stream = stream && pass.finish && !pass.resume;
                    pass.kernel(job);
                }
                if ((t += job.tiles) == tiles) {
                    t = 0;
                    if (++i == y.shape.h) i = 0, ++n;
                }
            }
        }
        if (stream) simd::streamed();
    });
}

}  // namespace cnn::optimized
