// The layer as a matrix product that never builds its matrix.
//
//   tile          pixels x vectors of filters stay in registers: a number loaded is used many times, and no
//                 call comes between a tile's first product and its last
//   packing       filters lie in the order in which the tile reads them, as wide as suits rows and caches
//   border        taps outside of the map are left out: pixels that miss some have passes of their own; with
//                 few channels such windows are copied, with zeros, unless these would meet infinite weights
//   blocks        the pixels that fit a cache meet one panel of filters after another
//   groups        several groups of few channels share a vector; each lane reads its own group's numbers
//   runs of tiles identical tiles side by side go through one call, the longer ones of a row first
//   prefetching   while a tile is summed, the next tile's new pixels are loaded into the cache
//   stores        results larger than the caches are stored past them
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

constexpr int short_row = 56;    // pixels: a few tiles
constexpr int few_channels = 8;  // channels: fewer leave a pass at the border little to sum

// A layer and what was decided about its tiles.
struct Layer {
    View x;
    const PackedFilters& w;
    Epilogue epilogue;
    WindowGeometry geometry;
    MutableView y;
    bool joined;       // the taps of a row are one run of numbers
    int fetch_rows;    // the last tap rows, in which the next tile's pixels are fetched meanwhile
    bool nontemporal;  // results bypass the caches, where a pass is their first and last

    void sum(const PackedFilters::Panel& panel, const RowTiles& line, Range tiles, Tensor& border) const;
};

// One panel's sums for some tiles, counted over all lines of all images.
void Layer::sum(const PackedFilters::Panel& panel, const RowTiles& line, Range tiles, Tensor& border) const {
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w, width = panel.vecs * lanes;
    const Extent s = geometry.stride, d = geometry.dilation;
    KernelArguments arguments{};
    arguments.pixel_pitch = s.w * x.pixel_pitch;
    arguments.run_pitch = d.w * x.pixel_pitch;
    arguments.w_row_pitch = std::ptrdiff_t{kw} * c * width;
    arguments.w_run_pitch = std::ptrdiff_t{c} * width;
    arguments.b = epilogue.bias.empty() ? nullptr : epilogue.bias.data + panel.filter;
    arguments.y_pixel_pitch = y.pixel_pitch;
    arguments.residual_pixel_pitch = epilogue.residual.pixel_pitch;
    arguments.tail_lanes = panel.tail_lanes;
    for (int tile = tiles.begin; tile < tiles.end; tile += arguments.tiles) {
        const int t = tile % line.tiles(), i = tile / line.tiles() % y.shape.h,
                  n = tile / line.tiles() / y.shape.h;
        arguments.tiles = std::min(line.identical(t), tiles.end - tile);
        // Tap rows inside of x.
        const int from_row = i * s.h - geometry.top;
        const auto [first_m, end_m] = inside(from_row, d.h, kh, x.shape.h);
        const real* x_row =
            x.data + n * x.image_pitch + (from_row + first_m * d.h) * x.row_pitch + panel.group * c;
        real* y_row = y.pixel(n, i, 0) + panel.filter;
        const real* residual_row =
            epilogue.residual.empty() ? nullptr : epilogue.residual.pixel(n, i, 0) + panel.filter;
        arguments.rows = end_m - first_m;
        arguments.fetch_from = arguments.rows - fetch_rows;
        for (const Pass& pass : line.passes(t)) {
            const int column = pass.first * s.w - geometry.left + pass.l * d.w;
            arguments.x = x_row + column * x.pixel_pitch;
            arguments.row_pitch = d.h * x.row_pitch;
            if (pass.copied) {
                const int columns = (pass.last - pass.first - 1) * s.w + kw;
                const Range window{column * c, (column + columns) * c};
                real* to = border.flat().data();
                for (int m = 0; m < arguments.rows; ++m)
                    copy_window(x_row + m * arguments.row_pitch, x.shape.w * c, window,
                                to + m * window.size());
                arguments.x = to;
                arguments.row_pitch = window.size();
            }
            arguments.w = w.data(panel) + (first_m * kw + pass.l) * arguments.w_run_pitch;
            arguments.y = y_row + pass.first * y.pixel_pitch;
            arguments.runs = joined ? 1 : pass.end_l - pass.l;
            arguments.length = joined ? (pass.end_l - pass.l) * c : c;
            arguments.resume = pass.resume;
            arguments.residual = pass.finish && residual_row != nullptr
                                     ? residual_row + pass.first * arguments.residual_pixel_pitch
                                     : nullptr;
            arguments.activation = pass.finish ? epilogue.activation : Activation::none;
            arguments.nontemporal = nontemporal && pass.finish && !pass.resume;
            pass.kernel(arguments);
        }
    }
}

}  // namespace

void direct(View x, const PackedFilters& w, const Epilogue& to_finish, const WindowGeometry& geometry,
            MutableView y) {
    Epilogue epilogue = to_finish;
    View& residual = epilogue.residual;
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w;
    const Extent s = geometry.stride, d = geometry.dilation;
    const auto& panels = w.panels();

    // Where a kernel of one tap sees every pixel, lines follow each other: short ones, and those of many
    // pixels, are made one line.
    const bool one_to_one = kh == 1 && kw == 1 && s == Extent(1) && geometry.top == 0 && geometry.left == 0 &&
                            x.shape.h == y.shape.h && x.shape.w == y.shape.w;
    const bool large = x.shape.size() + y.shape.size() > (1 << 21);
    if (one_to_one && y.shape.h > 1 && (y.shape.w < short_row || large) &&
        x.row_pitch == x.pixel_pitch * x.shape.w && y.row_pitch == y.pixel_pitch * y.shape.w &&
        (residual.empty() || residual.row_pitch == residual.pixel_pitch * residual.shape.w)) {
        for (Shape* shape : {&x.shape, &y.shape, &residual.shape}) shape->w *= shape->h, shape->h = 1;
    }

    const auto width_of = &PackedFilters::Panel::vecs;
    const int wide = std::ranges::max(panels, {}, width_of).vecs,
              narrow = std::ranges::min(panels, {}, width_of).vecs;
    // What comes next is fetched where the map leaves the second-level cache.  One tap alone has little to
    // sum while so many pixels are fetched: lower tiles ask for fewer at a time.
    const bool leaves_cache = x.shape.size() * std::int64_t{sizeof(real)} > cache_bytes(2);
    const bool low_tiles = one_to_one && leaves_cache && large && c > 2 * lanes;
    const int pixels = w.shared_by() > 0 ? most_pixels_shared
                       : low_tiles       ? std::min(most_pixels(wide), 7)
                                         : most_pixels(wide);
    const bool joined = d.w == 1 && x.pixel_pitch == c && w.shared_by() == 0,
               copies = joined && c < few_channels && w.finite();
    const auto line_of = [&](int vecs) {
        return RowTiles({x.shape.w, y.shape.w, kw, s.w, d.w, geometry.left}, pixels, vecs, w.shared_by(),
                        copies, !residual.empty() || epilogue.activation != Activation::none);
    };
    const RowTiles wide_line = line_of(wide), narrow_line = line_of(narrow);

    // Fetched are those rows of taps that no line above has read.  Lines of pixels a power of two apart share
    // few places in the nearest cache, of twelve lines each: two tiles must fit.
    const std::ptrdiff_t apart = s.w * x.pixel_pitch * std::ptrdiff_t{sizeof(real)};
    const bool both_fit = 2 * pixels <= 12 * (4096 / std::gcd(apart, 4096));
    const bool nontemporal = stores_nontemporal(x, y) && std::ranges::all_of(panels, [](const auto& panel) {
                                 return panel.tail_lanes == lanes;
                             });
    const int fetch_rows = leaves_cache && both_fit ? divide_up(s.h, d.h) : 0;
    const Layer layer{x, w, epilogue, geometry, y, joined, fetch_rows, nontemporal};

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
