#include "direct.hpp"

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

// [kernel]
template <int pixels, int vecs>
void kernel(const Job& job) {
    Tile<pixels, vecs> tile;
    if (job.resume)
        tile.load(job.y, job.y_next_pixel, job.last);
    else if (job.b != nullptr)
        tile.start(job.b, job.last);
    else
        tile.zero();
    for (int m = 0; m < job.rows; ++m)
        for (int run = 0; run < job.runs; ++run)
            tile.add(job.x + m * job.next_row + run * job.next_run, job.next_pixel, 1,
                     job.w + m * job.w_next_row + run * job.w_next_run, tile.width, job.length);
    if (job.relu) tile.relu();
    tile.store(job.y, job.y_next_pixel, job.last);
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

PackedFilters::PackedFilters(const FilterView& w, int groups) : shape_(w.shape), groups_(groups) {
    // Divide each group's filters evenly into panels.
    const int filters = shape_.c / groups, vectors = divide_up(filters, lanes);
    const std::size_t taps = std::size_t(shape_.n) * std::size_t(shape_.h) * std::size_t(shape_.w);
    std::size_t size = 0;
    for (int g = 0; g < groups; ++g)
        for (int v = 0; v < vectors;) {
            const int vecs = std::min(widest, vectors - v);
            const int last = std::min(filters - (v + vecs - 1) * lanes, lanes);
            panels_.push_back({g, g * filters + v * lanes, vecs, last, size});
            size += taps * std::size_t(vecs * lanes);
            v += vecs;
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

/// The first output index whose tap at `offset` is at least `limit`: ceil((limit - offset) / stride), in 0
/// ... n.
int first_at_least(int limit, int offset, int stride, int n) {
    const int distance = limit - offset;
    return distance <= 0 ? 0 : std::min(n, divide_up(distance, stride));
}

}  // namespace

void direct(View x, const PackedFilters& w, const real* b, const Reach& reach, bool relu, MutableView y) {
    const int kh = w.shape().n, kw = w.shape().h, c = w.shape().w;
    const Extent s = reach.stride, d = reach.dilation;
    const auto& panels = w.panels();

    parallel_for(y.shape.n * y.shape.h, [&](int task) {
        const int n = task / y.shape.h, i = task % y.shape.h;
        // Tap rows inside of x.
        const int from_row = i * s.h - reach.top;
        const int first_m = first_at_least(0, from_row, d.h, kh);
        const int end_m = std::max(first_m, first_at_least(x.shape.h, from_row, d.h, kh));

        for (const PackedFilters::Panel& panel : panels) {
            const int tiles = divide_up(y.shape.w, most_pixels(panel.vecs));
            for (int t = 0; t < tiles; ++t) {
                const int j = y.shape.w * t / tiles, end = y.shape.w * (t + 1) / tiles;
                bool started = false, partial = false;
                const auto job = [&](int l, int end_l, int first, int last, bool resume, bool last_pass) {
                    const std::ptrdiff_t width = panel.vecs * lanes;
                    const bool joined = d.w == 1 && x.next_pixel == c;
                    const Job job{.x = x.data + n * x.next_image + (from_row + first_m * d.h) * x.next_row +
                                       (first * s.w - reach.left + l * d.w) * x.next_pixel + panel.group * c,
                                  .next_pixel = s.w * x.next_pixel,
                                  .next_row = d.h * x.next_row,
                                  .next_run = d.w * x.next_pixel,
                                  .w = w.data(panel) + (first_m * kw + l) * c * width,
                                  .w_next_row = kw * c * width,
                                  .w_next_run = c * width,
                                  .rows = end_m - first_m,
                                  .runs = joined ? 1 : end_l - l,
                                  .length = joined ? (end_l - l) * c : c,
                                  .b = b == nullptr ? nullptr : b + panel.filter,
                                  .y = y.pixel(n, i, first) + panel.filter,
                                  .y_next_pixel = y.next_pixel,
                                  .last = panel.last,
                                  .resume = resume,
                                  .relu = last_pass && relu};
                    kernel_for(last - first, panel.vecs)(job);
                };
                // Columns of taps that all pixels of the tile can see, in one go; the others for those that
                // can.
                const auto sees = [&](int l) {
                    const int offset = l * d.w - reach.left;
                    return std::pair{std::max(j, first_at_least(0, offset, s.w, end)),
                                     std::min(end, first_at_least(x.shape.w, offset, s.w, end))};
                };
                int full = 0, full_end = kw;
                while (full < kw && sees(full) != std::pair{j, end}) ++full;
                full_end = full;
                while (full_end < kw && sees(full_end) == std::pair{j, end}) ++full_end;
                partial = full > 0 || full_end < kw;
                job(full, full_end, j, end, false, !partial);
                started = true;
                for (int l = 0; l < kw; ++l) {
                    if (full <= l && l < full_end) continue;
                    const auto [first, last] = sees(l);
                    if (first < last) job(l, l + 1, first, last, started, false);
                }
                if (partial && relu) job(0, 0, j, end, true, true);
            }
        }
    });
}

}  // namespace cnn::optimized
