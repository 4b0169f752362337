// The layer as a matrix product that never builds its matrix.
//
//   1. naive     two numbers are loaded for each multiplication
//   2. tile      pixels x vectors of filters stay in registers: a number loaded is used many times
//                and no call comes between a tile's first number and its last, which would pass the
//                sums through memory: 1.03 in the mean of 26 layers, to 1.09 in a network's first
//   3. packed    filters lie in the order in which the tile reads them, as wide as suits the line and the
//   caches
//   4. border    taps outside of the map are left out: pixels that miss some are finished in passes of their
//   own
//   5. blocks    the pixels that fit half a cache are swept by one panel of filters after another
//   6. groups    several groups of few channels share a vector; each lane reads its own group's numbers
#include "direct.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/tile.hpp"
#include "padding.hpp"

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

// [kernel]
template <int pixels, int vecs, bool whole>
void tile(const Job& job) {
    const int last = whole ? lanes : job.last;
    Tile<pixels, vecs> sums;
    if (job.resume)
        sums.load(job.y, job.y_next_pixel, last);
    else if (job.b != nullptr)
        sums.start(job.b, last);
    else
        sums.zero();
    for (int m = 0; m < job.rows; ++m)
        for (int run = 0; run < job.runs; ++run)
            sums.add(job.x + m * job.next_row + run * job.next_run, job.next_pixel, 1,
                     job.w + m * job.w_next_row + run * job.w_next_run, sums.width, job.length);
    if (job.relu) sums.relu();
    sums.store(job.y, job.y_next_pixel, last);
}
// [kernel]

template <int pixels, int vecs>
void kernel(const Job& job) {
    job.last == lanes ? tile<pixels, vecs, true>(job) : tile<pixels, vecs, false>(job);
}

// Groups of few channels share a vector: each lane sums over its group's channels.
//
// y[p][lane] += x[p][group of lane + k] * w[k][lane]      for k = 0 ... size - 1, tap by tap
template <int pixels, int size, bool whole>
void grouped(const Job& job) {
    Tile<pixels, 1> sums;
    if (job.resume)
        sums.load(job.y, job.y_next_pixel, job.last);
    else if (job.b != nullptr)
        sums.start(job.b, job.last);
    else
        sums.zero();
    for (int m = 0; m < job.rows; ++m)
        for (int run = 0; run < job.runs; ++run) {
            const real* x = job.x + m * job.next_row + run * job.next_run;
            const real* w = job.w + m * job.w_next_row + run * job.w_next_run;
            const auto channel = [&]<int... k>(const simd::vec& pixel, simd::vec& sum,
                                               std::integer_sequence<int, k...>) {
                ((sum = fma(simd::spread<size, k>(pixel), simd::vec::load(w + k * lanes), sum)), ...);
            };
            each<pixels, 1>([&](int p, int) {
                const real* from = x + p * job.next_pixel;
                channel(whole ? simd::vec::load(from) : simd::vec::load_first(job.last, from), sums.sum[p][0],
                        std::make_integer_sequence<int, size>{});
            });
        }
    if (job.relu) sums.relu();
    sums.store(job.y, job.y_next_pixel, job.last);
}

using Kernel = void (*)(const Job&);

template <int pixels, int size>
void grouped_either(const Job& job) {
    job.last == lanes ? grouped<pixels, size, true>(job) : grouped<pixels, size, false>(job);
}
template <int size, std::size_t... i>
constexpr std::array<Kernel, 15> of_group(std::index_sequence<i...>) {
    return {nullptr, grouped_either<int(i) + 1, size>...};
}

template <int vecs, std::size_t... i>
constexpr std::array<Kernel, 15> of_width(std::index_sequence<i...>) {
    return {nullptr, kernel<int(i) + 1, vecs>...};
}
template <int vecs>
constexpr std::array<Kernel, 15> of_width() {
    return of_width<vecs>(std::make_index_sequence<std::size_t(most_pixels(vecs))>());
}

// The kernel of a panel of so many vectors, or of one that groups of so many channels share.
Kernel kernel_for(int pixels, int vecs, int shared_by) {
    static constexpr auto all = [] {
        std::array<std::array<Kernel, 15>, 5> table{};
        table[1] = of_width<1>();
        table[2] = of_width<2>();
        if constexpr (widest >= 4) table[3] = of_width<3>(), table[4] = of_width<4>();
        return table;
    }();
    static constexpr auto shared = [] {
        constexpr auto pixels = std::make_index_sequence<std::size_t(most_pixels(1))>();
        return std::array{of_group<1>(pixels), of_group<2>(pixels), of_group<4>(pixels), of_group<8>(pixels)};
    }();
    if (shared_by == 0) return all[std::size_t(vecs)][std::size_t(pixels)];
    return shared[std::size_t(std::countr_zero(unsigned(shared_by)))][std::size_t(pixels)];
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
    // Groups of a few channels share vectors.
    const int own = shape_.c / groups;
    if (groups > 1 && shape_.w == own && own < lanes && lanes % own == 0 && own <= 8) shared_by_ = own;
    const int banks = shared_by_ > 0 ? 1 : groups;  // what is divided into panels of its own

    // Divide the filters evenly into panels of the best width.
    const int filters = shape_.c / banks, vectors = divide_up(filters, lanes);
    int parts = shared_by_ > 0 ? vectors : divide_up(vectors, widest);
    for (int more = parts; more <= vectors; ++more)
        if (cycles(shape_, vectors, more, line, stride) < cycles(shape_, vectors, parts, line, stride))
            parts = more;

    const std::size_t taps = std::size_t(shape_.n) * std::size_t(shape_.h) * std::size_t(shape_.w);
    std::size_t size = 0;
    for (int bank = 0; bank < banks; ++bank)
        for (int part = 0; part < parts; ++part) {
            const int v = vectors * part / parts, end = vectors * (part + 1) / parts;
            const int last = std::min(filters - (end - 1) * lanes, lanes),
                      filter = bank * filters + v * lanes;
            panels_.push_back({filter / own, filter, end - v, last, size});
            size += taps * std::size_t((end - v) * lanes);
        }
    numbers_ = Tensor({.c = int(size)});

    parallel_for(int(panels_.size()), [&](int p) {
        const Panel& panel = panels_[std::size_t(p)];
        real* to = numbers_.flat().data() + panel.offset;
        const int width = panel.vecs * lanes, count = width - lanes + panel.last;
        std::vector<const real*> first;  // each filter's first number
        for (int f = 0; f < count; ++f) {
            const int filter = panel.filter + f;
            first.push_back(w.data + filter / own * w.next_group + filter % own * w.next_filter);
        }
        for (int m = 0; m < shape_.n; ++m)
            for (int l = 0; l < shape_.h; ++l)
                for (int k = 0; k < shape_.w; ++k, to += width)
                    for (int f = 0; f < count; ++f)
                        to[f] =
                            first[std::size_t(f)][m * w.next_row + l * w.next_column + k * w.next_channel];
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
         int shared_by, bool relu) {
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

    // On short lines of few channels the passes for the border would be most of the work: pad the lines after
    // all.
    const int left = reach.left, right = (y.shape.w - 1) * s.w + (kw - 1) * d.w + 1 - left - x.shape.w;
    if (x.shape.c < 8 && y.shape.w <= 4 * most_pixels(1) && std::max(left, right) > 0)
        return direct(pad(x, {{0, 0, std::max(left, 0), std::max(right, 0)}}), w, b,
                      {s, d, reach.top, std::min(left, 0)}, relu, y);

    const auto width_of = &PackedFilters::Panel::vecs;
    const int wide = std::ranges::max(panels, {}, width_of).vecs,
              narrow = std::ranges::min(panels, {}, width_of).vecs;
    const int pixels = most_pixels(wide);
    const auto line_of = [&](int vecs) {
        return Line(x.shape.w, y.shape.w, kw, s.w, d.w, reach.left, pixels, vecs, w.shared_by(), relu);
    };
    const Line wide_line = line_of(wide), narrow_line = line_of(narrow);
    const int tiles = int(wide_line.tile_end.size());
    const bool joined = d.w == 1 && x.next_pixel == c && w.shared_by() == 0;

    // A block of tiles reads about half a cache of x, again for each panel.
    const std::int64_t tile_bytes =
        std::int64_t{std::min(pixels, y.shape.w)} * s.w * s.h * c * int(sizeof(real));
    const int all_tiles = y.shape.n * y.shape.h * tiles;
    const int in_cache = int(std::clamp<std::int64_t>((1 << 19) / tile_bytes, 1, all_tiles));
    const int wanted = threads() == 1 ? 1 : divide_up(4 * threads(), int(panels.size()));
    const int blocks = std::max(divide_up(all_tiles, in_cache), std::min(all_tiles, wanted));
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
