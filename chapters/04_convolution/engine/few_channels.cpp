// Few input channels: the gradient of the input in runs.
//
// An output pixel's gradient reaches kw pixels of each tap row, and their channels are one run of kw * c
// numbers: six channels and five taps fill 30 of 32 lanes.  A column of output pixels is one tile, so that no
// two of its runs overlap; the runs are then added where they belong.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "common/base/range.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/parallel.hpp"
#include "narrow.hpp"

namespace cnn::engine::convolution {

using simd::lanes, simd::vec;

namespace {

constexpr int widest = simd::registers >= 32 ? 3 : 1;  // vectors of a run
constexpr int most_rows(int vecs) { return std::min(14, (simd::registers - vecs - 1) / vecs); }

struct KernelArguments {
    const real* dy;  // the first output pixel of a column
    std::ptrdiff_t row_pitch;
    const real* w;  // (filters, run) of one tap row
    int filters;
    real* dx;  // where its run starts
    std::ptrdiff_t dx_row_pitch;
    int tail_lanes;  // of the run's last vector
};

// The first `count` lanes; the others become zero.
vec first_lanes(int count, vec a) {
    using bits = decltype(a.v < a.v);
    bits lane{};
    for (int i = 0; i < lanes; ++i) lane[i] = i;
    return {lane < count ? a.v : vec::raw{}};
}

// [run]
// dx[row][run] += sum over f of dy[row][f] * w[f][run], for a column of rows
template <int rows, int vecs>
void kernel(const KernelArguments& job) {
    Tile<rows, vecs> tile;
    tile.zero();
    tile.add(job.dy, job.row_pitch, 1, job.w, tile.width, job.filters);
    unroll<rows, vecs>([&](int r, int v) {
        real* to = job.dx + r * job.dx_row_pitch + v * lanes;
        // Lanes beyond the run hold zeros times the gradient: NaN, if that is infinite.
        const vec sum = v + 1 < vecs ? tile.sum[r][v] : first_lanes(job.tail_lanes, tile.sum[r][v]);
        (vec::load(to) + sum).store(to);
    });
}
// [run]

using Kernel = void (*)(const KernelArguments&);
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

Prepared few_channels_backward_input(View w, const Convolution& layer, const Shape& x) {
    const int c = x.c, vecs = divide_up(w.shape.h * c, lanes), width = vecs * lanes;
    const Extent kernel{w.shape.n, w.shape.h}, s = layer.stride;
    const Sides& p = layer.padding;
    const Shape y = convolved_shape(x, w.shape, layer);
    const auto runs = std::make_shared<const Tensor>(runs_of(w, width));

    // The padded image's rows that some output sees, each with room for a last run that hangs over.
    const int height = (y.h - 1) * s.h + kernel.h;
    const int columns = std::max((y.w - 1) * s.w + kernel.w, x.w + p.left);
    const bool all_seen = p.top >= 0 && p.left >= 0 && height - p.top >= x.h;

    return [=](View dy, MutableView dx) {
        if (x.n == 0) return;
        if (!all_seen) fill(dx, 0);
        // Few images: their rows are shared out, too.  No sum changes with that.
        const int bands = threads() == 1 ? 1 : std::clamp(2 * threads() / x.n, 1, height);
        parallel_for(x.n * bands, [&](int task) {
            const int n = task / bands;
            const auto [first, end] = share_of(height, task % bands, bands);
            Tensor rows({.h = end - first, .c = columns * c + width});
            const std::ptrdiff_t row_pitch = rows.shape().c;
            for (int m = 0; m < kernel.h; ++m) {
                // Output rows whose tap m lies in this band.
                const int i = std::max(0, first > m ? divide_up(first - m, s.h) : 0);
                const int end_i = std::min(y.h, end > m ? divide_up(end - m, s.h) : 0);
                if (i >= end_i) continue;
                const int tiles = divide_up(end_i - i, most_rows(vecs));
                for (int j = 0; j < y.w; ++j)
                    for (int t = 0; t < tiles; ++t) {
                        const Range tile = share_of(end_i - i, t, tiles);
                        const int row = i + tile.begin;
                        kernels[std::size_t(vecs - 1)][std::size_t(tile.size() - 1)](
                            {dy.pixel(n, row, j), dy.row_pitch, runs->view().pixel(m, 0, 0), y.c,
                             rows.flat().data() + (row * s.h + m - first) * row_pitch + j * s.w * c,
                             s.h * row_pitch, kernel.w * c - (vecs - 1) * lanes});
                    }
            }

            // The part inside of the padding.
            const int j = std::max(0, -p.left), count = std::min(x.w - j, columns - (j + p.left));
            for (int i = std::max(0, first - p.top); i < std::min(x.h, end - p.top) && count > 0; ++i) {
                const real* from = rows.view().pixel(0, i + p.top - first, 0) + (j + p.left) * c;
                if (dx.pixel_pitch == c)
                    std::copy_n(from, count * c, dx.pixel(n, i, j));
                else
                    for (int q = 0; q < count; ++q) std::copy_n(from + q * c, c, dx.pixel(n, i, j + q));
            }
        });
    };
}

}  // namespace cnn::engine::convolution
