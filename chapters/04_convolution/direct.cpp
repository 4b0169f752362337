#include "direct.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/tile.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

// A tile of r pixels and v vectors needs r v sums, v filters and one pixel in registers.
constexpr int widest = simd::registers >= 32 ? 4 : 2;  // vectors of a panel
constexpr int most_pixels(int vecs) { return std::min(14, (simd::registers - vecs - 1) / vecs); }

int divide_up(int a, int b) { return (a + b - 1) / b; }

/// One call of the micro-kernel: which numbers a tile of pixels reads, and where it writes.
struct Job {
    const real* x;
    std::ptrdiff_t next_pixel, next_row, next_run;  // from output pixel to pixel, tap row to row, run to run
    const real* w;
    std::ptrdiff_t w_next_row, w_next_run;
    int rows, runs, length;  // tap rows, runs of contiguous numbers in each, and their length
    const real* b;           // where sums start: a bias, or null for zero
    real* y;
    std::ptrdiff_t y_next_pixel;
    int last;     // lanes of the last vector
    bool resume;  // sums start at y
    bool relu;
};

static const int PF = getenv("PF") ? atoi(getenv("PF")) : 0;
// [kernel]
template <int pixels, int vecs>
void kernel(const Job& job) {
    Tile<pixels, vecs> sums;
    if (job.resume)
        sums.load(job.y, job.y_next_pixel, job.last);
    else if (job.b != nullptr)
        sums.start(job.b, job.last);
    else
        sums.zero();
    for (int m = 0; m < job.rows; ++m)
        for (int run = 0; run < job.runs; ++run)
            sums.add(job.x + m * job.next_row + run * job.next_run, job.next_pixel, 1,
                     job.w + m * job.w_next_row + run * job.w_next_run, sums.width, job.length);
    if (job.relu) sums.relu();
    sums.store(job.y, job.y_next_pixel, job.last);
}
// [kernel]

using Kernel = void (*)(const Job&);

template <int vecs, std::size_t... i>
constexpr std::array<Kernel, 15> of_width(std::index_sequence<i...>) {
    return {nullptr, kernel<int(i) + 1, vecs>...};
}
template <int vecs>
constexpr std::array<Kernel, 15> of_width() {
    return of_width<vecs>(std::make_index_sequence<std::size_t(most_pixels(vecs))>());
}

Kernel kernel_for(int pixels, int vecs) {
    static constexpr auto all = [] {
        std::array<std::array<Kernel, 15>, 5> table{};
        table[1] = of_width<1>();
        table[2] = of_width<2>();
        if constexpr (widest >= 4) table[3] = of_width<3>(), table[4] = of_width<4>();
        return table;
    }();
    return all[std::size_t(vecs)][std::size_t(pixels)];
}

}  // namespace

FilterView::FilterView(View w, int groups)
    : data(w.data),
      shape(w.shape),
      next_row(w.next_image),
      next_column(w.next_row),
      next_channel(w.next_pixel),
      next_filter(1),
      next_group(w.shape.c / groups) {}

namespace {

// Cycles for one line of output pixels with panels of so many vectors: the multiplications or what feeds
// them, whichever takes longer, plus what each tile costs beside.  Rough, but it ranks the tiles as
// measurements do.
double cycles(const Shape& w, int vectors, int panels, int line, int stride) {
    constexpr double l1 = 36 << 10, l2 = 1 << 20;  // bytes that a panel of filters may have to stay there
    const double vecs = double(vectors) / panels, taps = double(w.n) * w.h * w.w;
    const int tiles = divide_up(line, most_pixels(divide_up(vectors, panels)));
    const double pixels = double(line) / tiles, panel = taps * vecs * simd::bytes;
    const double filters = vecs * simd::bytes / (panel <= l1 ? 128 : panel <= l2 ? 26 : 10);
    const double step = std::max({pixels * vecs / 2, (pixels + vecs) / 2, 4.0, filters});
    const double reading = w.n * pixels * stride * w.w * sizeof(real) / 26;
    return panels * tiles * (taps * step + reading + 2 * pixels * vecs + 60);
}

}  // namespace

PackedFilters::PackedFilters(const FilterView& w, int groups, int line, int stride)
    : shape_(w.shape), groups_(groups) {
    // Divide each group's filters evenly into panels of the best width.
    const int filters = shape_.c / groups, vectors = divide_up(filters, lanes);
    int parts = divide_up(vectors, widest);
    for (int more = parts; more <= vectors; ++more)
        if (cycles(shape_, vectors, more, line, stride) < cycles(shape_, vectors, parts, line, stride))
            parts = more;

    const std::size_t taps = std::size_t(shape_.n) * std::size_t(shape_.h) * std::size_t(shape_.w);
    std::size_t size = 0;
    for (int g = 0; g < groups; ++g)
        for (int part = 0; part < parts; ++part) {
            const int v = vectors * part / parts, end = vectors * (part + 1) / parts;
            const int last = std::min(filters - (end - 1) * lanes, lanes);
            panels_.push_back({g, g * filters + v * lanes, end - v, last, size});
            size += taps * std::size_t((end - v) * lanes);
        }
    numbers_ = Tensor({.c = int(size)});

    parallel_for(int(panels_.size()), [&](int p) {
        const Panel& panel = panels_[std::size_t(p)];
        const int count = (panel.vecs - 1) * lanes + panel.last;
        real* to = numbers_.flat().data() + panel.offset;
        const real* from =
            w.data + panel.group * w.next_group + (panel.filter - panel.group * filters) * w.next_filter;
        for (int m = 0; m < shape_.n; ++m)
            for (int l = 0; l < shape_.h; ++l)
                for (int k = 0; k < shape_.w; ++k, to += panel.vecs * lanes)
                    for (int f = 0; f < count; ++f)
                        to[f] =
                            from[m * w.next_row + l * w.next_column + k * w.next_channel + f * w.next_filter];
    });
}

namespace {

// The first output index whose tap at `offset` is at least `limit`: ceil((limit - offset) / stride), in 0 ...
// n.
int first_at_least(int limit, int offset, int stride, int n) {
    const int distance = limit - offset;
    return distance <= 0 ? 0 : std::min(n, divide_up(distance, stride));
}

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

    Line(int pixels_in, int pixels_out, int kw, int stride, int dilation, int left, int pixels, int vecs,
         bool relu) {
        const int tiles = divide_up(pixels_out, pixels);
        for (int t = 0; t < tiles; ++t) {
            const int j = int(std::int64_t{pixels_out} * t / tiles),
                      end = int(std::int64_t{pixels_out} * (t + 1) / tiles);
            const auto sees = [&](int l) {
                const int offset = l * dilation - left;
                return std::pair{std::max(j, first_at_least(0, offset, stride, end)),
                                 std::min(end, first_at_least(pixels_in, offset, stride, end))};
            };
            // Columns of taps that all pixels see come first, in one pass; then the others for those that see
            // them.
            int full = 0, full_end = kw;
            while (full < kw && sees(full) != std::pair{j, end}) ++full;
            full_end = full;
            while (full_end < kw && sees(full_end) == std::pair{j, end}) ++full_end;
            const bool partial = full > 0 || full_end < kw;
            passes.push_back({full, full_end, j, end, false, !partial, kernel_for(end - j, vecs)});
            for (int l = 0; l < kw; ++l) {
                if (full <= l && l < full_end) continue;
                const auto [first, last] = sees(l);
                if (first < last)
                    passes.push_back({l, l + 1, first, last, true, false, kernel_for(last - first, vecs)});
            }
            if (partial && relu) passes.push_back({0, 0, j, end, true, true, kernel_for(end - j, vecs)});
            tile_end.push_back(int(passes.size()));
        }
    }
};

}  // namespace

void direct(View x, const PackedFilters& w, const real* b, const Reach& reach, bool relu, MutableView y) {
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w;
    const Extent s = reach.stride, d = reach.dilation;
    const auto& panels = w.panels();

    // Where a kernel of one tap sees every pixel, short lines follow each other: make them one line.
    const bool one_to_one = kh == 1 && kw == 1 && s == Extent(1) && reach.top == 0 && reach.left == 0 &&
                            x.shape.h == y.shape.h && x.shape.w == y.shape.w;
    if (one_to_one && y.shape.h > 1 && y.shape.w < 4 * most_pixels(1) &&
        x.next_row == x.next_pixel * x.shape.w && y.next_row == y.next_pixel * y.shape.w) {
        x.shape.w *= x.shape.h, y.shape.w *= y.shape.h;
        x.shape.h = y.shape.h = 1;
    }

    const auto width_of = &PackedFilters::Panel::vecs;
    const int wide = std::ranges::max(panels, {}, width_of).vecs,
              narrow = std::ranges::min(panels, {}, width_of).vecs;
    const int pixels = most_pixels(wide);
    const auto line_of = [&](int vecs) {
        return Line(x.shape.w, y.shape.w, kw, s.w, d.w, reach.left, pixels, vecs, relu);
    };
    const Line wide_line = line_of(wide), narrow_line = line_of(narrow);
    const int tiles = int(wide_line.tile_end.size());
    const bool joined = d.w == 1 && x.next_pixel == c;

    // A block of tiles reads about half a cache of x, again for each panel.
    const std::int64_t tile_bytes =
        std::int64_t{std::min(pixels, y.shape.w)} * s.w * s.h * c * int(sizeof(real));
    const int all_tiles = y.shape.n * y.shape.h * tiles;
    const int tiles_each = int(std::clamp<std::int64_t>((1 << 19) / tile_bytes, 1, all_tiles));
    const int blocks = divide_up(all_tiles, tiles_each);
    const int panel_groups = std::min(int(panels.size()), divide_up(4 * threads(), blocks));
    parallel_for(blocks * panel_groups, [&](int task) {
        const int block = task / panel_groups, group = task % panel_groups;
        const int first_tile = int(std::int64_t{all_tiles} * block / blocks),
                  end_tile = int(std::int64_t{all_tiles} * (block + 1) / blocks);
        const int first_panel = int(panels.size()) * group / panel_groups,
                  end_panel = int(panels.size()) * (group + 1) / panel_groups;
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
            for (int tile = first_tile; tile < end_tile; ++tile) {
                // Tap rows inside of x.
                const int from_row = i * s.h - reach.top;
                const int first_m = first_at_least(0, from_row, d.h, kh);
                const int end_m = std::max(first_m, first_at_least(x.shape.h, from_row, d.h, kh));
                const real* x_row =
                    x.data + n * x.next_image + (from_row + first_m * d.h) * x.next_row + panel.group * c;
                real* y_row = y.pixel(n, i, 0) + panel.filter;
                job.rows = end_m - first_m;
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
                    pass.kernel(job);
                }
                if (++t == tiles) {
                    t = 0;
                    if (++i == y.shape.h) i = 0, ++n;
                }
            }
        }
    });
}

}  // namespace cnn::optimized
