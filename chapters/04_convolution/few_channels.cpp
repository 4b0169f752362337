// Few input channels: the gradient of the input in runs.
//
// An output pixel's gradient reaches kw pixels of each tap row, and their channels are one run of kw * c
// numbers: six channels and five taps fill 30 of 32 lanes.  A column of output pixels is one tile, so that no
// two of its runs overlap; the runs are then added where they belong.
#include <algorithm>
#include <array>
#include <utility>

#include "common/parallel.hpp"
#include "common/range.hpp"
#include "common/tile.hpp"
#include "narrow.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

constexpr int widest = simd::registers >= 32 ? 3 : 1;  // vectors of a run
constexpr int most_rows(int vecs) { return std::min(14, (simd::registers - vecs - 1) / vecs); }

struct Job {
    const real* dy;  // the first output pixel of a column
    std::ptrdiff_t next_row;
    const real* w;  // (filters, run) of one tap row
    int filters;
    real* dx;  // where its run starts
    std::ptrdiff_t dx_next_row;
};

// [run]
// dx[row][run] += sum over f of dy[row][f] * w[f][run], for a column of rows
template <int rows, int vecs>
void kernel(const Job& job) {
    Tile<rows, vecs> tile;
    tile.zero();
    tile.add(job.dy, job.next_row, 1, job.w, tile.width, job.filters);
    each<rows, vecs>([&](int r, int v) {
        real* to = job.dx + r * job.dx_next_row + v * lanes;
        (vec::load(to) + tile.sum[r][v]).store(to);
    });
}
// [run]

using Kernel = void (*)(const Job&);
template <int vecs, int... rows>
constexpr std::array<Kernel, 14> of_width(std::integer_sequence<int, rows...>) {
    return {kernel<rows + 1, vecs>...};
}
template <int... vecs>
constexpr std::array<std::array<Kernel, 14>, widest> all_kernels(std::integer_sequence<int, vecs...>) {
    return {of_width<vecs + 1>(std::make_integer_sequence<int, most_rows(vecs + 1)>())...};
}
constexpr auto kernels = all_kernels(std::make_integer_sequence<int, widest>());

// w as (kh, filters, kw * c), each run filled up with zeros to whole vectors.
Tensor runs_of(View w, int width) {
    const auto [kh, kw, c, filters] = w.shape;
    Tensor runs({kh, filters, 1, width});
    for (int m = 0; m < kh; ++m)
        for (int l = 0; l < kw; ++l)
            for (int k = 0; k < c; ++k)
                for (int f = 0; f < filters; ++f) runs(m, f, 0, l * c + k) = w(m, l, k, f);
    return runs;
}

}  // namespace

bool few_channels(const Shape& w, const Convolution& layer) {
    return 2 * w.w <= lanes && w.h > 1 && w.h * w.w <= widest * lanes && layer.groups == 1 &&
           (layer.mode == PaddingMode::constant || layer.padding == Sides(0));
}

Tensor few_channels_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    const int c = x.c, vecs = divide_up(w.shape.h * c, lanes), width = vecs * lanes;
    const Sides& p = layer.padding;
    const Extent s = layer.stride;
    const Tensor runs = runs_of(w, width);

    // The padded image's rows that some output sees, each with room for a last run that hangs over.
    const int height = (dy.shape.h - 1) * s.h + w.shape.n;
    const int columns = std::max((dy.shape.w - 1) * s.w + w.shape.h, x.w + p.left);
    const int bands =
        x.n >= 8 ? 1 : std::min(8, height);  // rows of one image may be shared out, sums may not

    Tensor dx(x);
    parallel_for(x.n * bands, [&, out = dx.view()](int task) {
        const int n = task / bands, band = task % bands;
        const int first = height * band / bands, end = height * (band + 1) / bands;
        Tensor rows({.h = end - first, .c = columns * c + width});
        const std::ptrdiff_t next_row = rows.shape().c;
        for (int m = 0; m < w.shape.n; ++m) {
            // Output rows whose tap m lies in this band.
            const int i = std::max(0, first > m ? divide_up(first - m, s.h) : 0);
            const int end_i = std::min(dy.shape.h, end > m ? divide_up(end - m, s.h) : 0);
            if (i >= end_i) continue;
            const int tiles = divide_up(end_i - i, most_rows(vecs));
            for (int j = 0; j < dy.shape.w; ++j)
                for (int t = 0; t < tiles; ++t) {
                    const int row = i + (end_i - i) * t / tiles, end_row = i + (end_i - i) * (t + 1) / tiles;
                    kernels[std::size_t(vecs - 1)][std::size_t(end_row - row - 1)](
                        {dy.pixel(n, row, j), dy.next_row, runs.view().pixel(m, 0, 0), dy.shape.c,
                         rows.flat().data() + (row * s.h + m - first) * next_row + j * s.w * c,
                         s.h * next_row});
                }
        }

        // The part inside of the padding; with a negative one, pixels that no output saw stay zero.
        for (int row = first; row < end; ++row) {
            const int i = row - p.top, j = std::max(0, -p.left);
            if (i < 0 || i >= x.h || j >= x.w) continue;
            const int count = std::min(x.w - j, columns - (j + p.left));
            if (count > 0)
                std::copy_n(rows.flat().data() + (row - first) * next_row + (j + p.left) * c, count * c,
                            out.pixel(n, i, j));
        }
    });
    return dx;
}

}  // namespace cnn::optimized
