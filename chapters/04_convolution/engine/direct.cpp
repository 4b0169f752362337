// The layer as a matrix product that never builds its matrix.
//
//   1. naive     two numbers are loaded for each multiplication
//   2. tile      pixels x vectors of filters stay in registers: a number loaded is used many times
//                and no call comes between a tile's first number and its last, which would pass the
//                sums through memory: 1.03 in the mean of 26 layers, to 1.09 in a network's first
//   3. packed    filters lie in the order in which the tile reads them, as wide as suits line and caches
//   4. border    taps outside of the map are left out: pixels that miss some have passes of their own; of few
//                channels such windows are copied, with zeros: 1.01 to 1.04 in a network's first layer
//   5. blocks    the pixels that fit a cache are swept by one panel of filters after another
//   6. groups    several groups of few channels share a vector; each lane reads its own group's numbers
//   7. alike     tiles side by side that differ in their place alone go through one call, the longer ones of
//                a line first: 1.02 to 1.04 times as fast on 1x1 layers of 64 channels
//   8. fetched   while a tile is summed, new pixels of the next come from afar: up to twice as fast where
//                maps leave the caches
//   9. streamed  results too large to be near pass the caches
#include "convolution_engine.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "border.hpp"
#include "common/base/range.hpp"
#include "common/kernels/nontemporal.hpp"
#include "common/kernels/schedule.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "row_tiles.hpp"

namespace cnn::engine {

using namespace convolution;
using simd::lanes;

namespace {

constexpr int short_line = 56;  // pixels: a few tiles
constexpr int few = 8;          // channels: fewer leave a pass at the border little to sum

// A layer and what was decided about its tiles.
struct Layer {
    View x;
    const PackedFilters& w;
    const real* b;
    WindowGeometry reach;
    bool relu;
    MutableView y;
    bool joined;       // the taps of a row are one run of numbers
    int fetch_rows;    // the last tap rows, in which the next tile's pixels are fetched meanwhile
    bool nontemporal;  // results pass the caches, where a pass is their first and last

    void sum(const PackedFilters::Panel& panel, const RowTiles& line, Range tiles, Tensor& border) const;
};

// One panel's sums for some tiles, counted over all lines of all images.
void Layer::sum(const PackedFilters::Panel& panel, const RowTiles& line, Range tiles, Tensor& border) const {
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w, width = panel.vecs * lanes;
    const Extent s = reach.stride, d = reach.dilation;
    KernelArguments job{};
    job.pixel_pitch = s.w * x.pixel_pitch;
    job.run_pitch = d.w * x.pixel_pitch;
    job.w_row_pitch = std::ptrdiff_t{kw} * c * width;
    job.w_run_pitch = std::ptrdiff_t{c} * width;
    job.b = b == nullptr ? nullptr : b + panel.filter;
    job.y_pixel_pitch = y.pixel_pitch;
    job.tail_lanes = panel.tail_lanes;
    for (int tile = tiles.begin; tile < tiles.end; tile += job.tiles) {
        const int t = tile % line.tiles(), i = tile / line.tiles() % y.shape.h,
                  n = tile / line.tiles() / y.shape.h;
        job.tiles = std::min(line.identical(t), tiles.end - tile);
        // Tap rows inside of x.
        const int from_row = i * s.h - reach.top;
        const auto [first_m, end_m] = inside(from_row, d.h, kh, x.shape.h);
        const real* x_row =
            x.data + n * x.image_pitch + (from_row + first_m * d.h) * x.row_pitch + panel.group * c;
        real* y_row = y.pixel(n, i, 0) + panel.filter;
        job.rows = end_m - first_m;
        job.fetch_from = job.rows - fetch_rows;
        for (const Pass& pass : line.passes(t)) {
            const int column = pass.first * s.w - reach.left + pass.l * d.w;
            job.x = x_row + column * x.pixel_pitch;
            job.row_pitch = d.h * x.row_pitch;
            if (pass.copied) {
                const int columns = (pass.last - pass.first - 1) * s.w + kw;
                const Range window{column * c, (column + columns) * c};
                real* to = border.flat().data();
                for (int m = 0; m < job.rows; ++m)
                    copy_window(x_row + m * job.row_pitch, x.shape.w * c, window, to + m * window.size());
                job.x = to;
                job.row_pitch = window.size();
            }
            job.w = w.data(panel) + (first_m * kw + pass.l) * job.w_run_pitch;
            job.y = y_row + pass.first * y.pixel_pitch;
            job.runs = joined ? 1 : pass.end_l - pass.l;
            job.length = joined ? (pass.end_l - pass.l) * c : c;
            job.resume = pass.resume;
            job.relu = pass.finish && relu;
            job.nontemporal = nontemporal && pass.finish && !pass.resume;
            pass.kernel(job);
        }
    }
}

}  // namespace

void direct(View x, const PackedFilters& w, const real* b, const WindowGeometry& reach, bool relu,
            MutableView y) {
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w;
    const Extent s = reach.stride, d = reach.dilation;
    const auto& panels = w.panels();

    // Where a kernel of one tap sees every pixel, lines follow each other: short ones, and those of many
    // pixels, are made one line.
    const bool one_to_one = kh == 1 && kw == 1 && s == Extent(1) && reach.top == 0 && reach.left == 0 &&
                            x.shape.h == y.shape.h && x.shape.w == y.shape.w;
    const bool many = x.shape.size() + y.shape.size() > (1 << 21);
    if (one_to_one && y.shape.h > 1 && (y.shape.w < short_line || many) &&
        x.row_pitch == x.pixel_pitch * x.shape.w && y.row_pitch == y.pixel_pitch * y.shape.w) {
        x.shape.w *= x.shape.h, y.shape.w *= y.shape.h;
        x.shape.h = y.shape.h = 1;
    }

    const auto width_of = &PackedFilters::Panel::vecs;
    const int wide = std::ranges::max(panels, {}, width_of).vecs,
              narrow = std::ranges::min(panels, {}, width_of).vecs;
    // What comes next is fetched where the map leaves the second-level cache.  One tap alone has little to
    // sum while so many pixels are fetched: lower tiles ask for fewer at a time.
    const bool far = x.shape.size() * std::int64_t{sizeof(real)} > cache_bytes(2);
    const bool low = one_to_one && far && many && c > 2 * lanes;
    const int pixels = w.shared_by() > 0 ? most_pixels_shared
                       : low             ? std::min(most_pixels(wide), 7)
                                         : most_pixels(wide);
    const bool joined = d.w == 1 && x.pixel_pitch == c && w.shared_by() == 0, copies = joined && c < few;
    const auto line_of = [&](int vecs) {
        return RowTiles({x.shape.w, y.shape.w, kw, s.w, d.w, reach.left}, pixels, vecs, w.shared_by(), copies,
                        relu);
    };
    const RowTiles wide_line = line_of(wide), narrow_line = line_of(narrow);

    // Fetched are those rows of taps that no line above has read.  Lines of pixels a power of two apart share
    // few places in the nearest cache, of twelve lines each: two tiles must fit.
    const std::ptrdiff_t apart = s.w * x.pixel_pitch * std::ptrdiff_t{sizeof(real)};
    const bool both_fit = 2 * pixels <= 12 * (4096 / std::gcd(apart, 4096));
    const bool nontemporal = stores_nontemporal(x, y) && std::ranges::all_of(panels, [](const auto& panel) {
                                 return panel.tail_lanes == lanes;
                             });
    const Layer layer{x,          w, b, reach, relu, y, joined, far && both_fit ? divide_up(s.h, d.h) : 0,
                      nontemporal};

    const std::int64_t tile_pixels = std::min(pixels, y.shape.w);
    std::vector<int> widths;
    std::ranges::transform(panels, std::back_inserter(widths), width_of);
    const Schedule schedule({.tiles = y.rows() * wide_line.tiles(),
                             .panels = std::move(widths),
                             .reads = tile_pixels * std::min(s.h, kh) * std::min(s.w, kw) * c,
                             .writes = tile_pixels * y.shape.c,
                             .filter_bytes = w.bytes(),
                             .multiply_adds = y.shape.size() * kh * kw * c});
    parallel_for(schedule.count(), [&](int task) {
        Tensor border =
            copies
                ? Tensor::uninitialized({.h = kh, .w = (std::min(pixels, y.shape.w) - 1) * s.w + kw, .c = c})
                : Tensor();
        schedule.for_each(task, [&](int p, Range tiles) {
            const PackedFilters::Panel& panel = panels[std::size_t(p)];
            layer.sum(panel, panel.vecs == wide ? wide_line : narrow_line, tiles, border);
        });
        if (nontemporal) simd::store_fence();
    });
}

}  // namespace cnn::engine
