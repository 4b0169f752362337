#include "product.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/parallel.hpp"
#include "common/tile.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

// As square as registers allow: 6 x 4 vectors where there are 32 of them, or 6 x 2.  For each row of b that
// is 24 multiply-adds for 10 loads, and panels may come from the second-level cache.
constexpr int vecs = simd::registers >= 32 ? 4 : 2, width = vecs * lanes;
constexpr int tallest = (simd::registers - vecs - 1) / vecs;

int divide_up(int a, int b) { return (a + b - 1) / b; }

struct Job {
    const real* a;
    std::ptrdiff_t a_row, a_step;
    const real* b;
    int depth;
    real* y;
    std::ptrdiff_t y_row;
    int last;  // columns of the last vector
    Finish finish;
};

// [kernel]
// y[0:rows][0:width] = sum over t of a[0:rows][t] * b[t][0:width]
template <int rows, int wide>
void kernel(const Job& job) {
    Tile<rows, wide> sums;
    if (job.finish.add)
        sums.load(job.y, job.y_row, job.last);
    else if (job.finish.bias != nullptr)
        sums.start(job.finish.bias, job.last);
    else
        sums.zero();
    sums.add(job.a, job.a_row, job.a_step, job.b, width, job.depth);
    if (job.finish.relu) sums.relu();
    sums.store(job.y, job.y_row, job.last);
}
// [kernel]

using Kernel = void (*)(const Job&);

template <int wide, std::size_t... i>
constexpr std::array<Kernel, tallest + 1> kernels(std::index_sequence<i...>) {
    return {nullptr, kernel<int(i) + 1, wide>...};
}
template <int wide>
constexpr auto kernels_of = kernels<wide>(std::make_index_sequence<tallest>{});

const std::array<Kernel, tallest + 1>& kernels_for(int vectors) {
    if constexpr (vecs == 4) {
        if (vectors == 4) return kernels_of<4>;
        if (vectors == 3) return kernels_of<3>;
    }
    return vectors == 2 ? kernels_of<2> : kernels_of<1>;
}

}  // namespace

Panels::Panels(const Matrix& b)
    : rows_(b.rows),
      columns_(b.columns),
      numbers_(Tensor::unset({.n = divide_up(b.columns, width), .h = b.rows, .c = width})) {
    parallel_for(count(), [&](int p) {
        const int first = p * width, columns = std::min(width, columns_ - first);
        real* to = numbers_.view().pixel(p, 0, 0);
        // A vector of rows at a time, so that a column's neighbours are read while they are near.
        for (int t = 0; t < rows_; t += lanes) {
            const int rows = std::min(lanes, rows_ - t);
            const real* from = b.data + t * b.next_row + first * b.next_column;
            if (b.next_column == 1)
                for (int r = 0; r < rows; ++r)
                    std::copy_n(from + r * b.next_row, columns, to + (t + r) * width);
            else
                for (int f = 0; f < columns; ++f)
                    for (int r = 0; r < rows; ++r)
                        to[(t + r) * width + f] = from[r * b.next_row + f * b.next_column];
            for (int r = 0; r < rows; ++r)
                std::fill_n(to + (t + r) * width + columns, width - columns, real{0});
        }
    });
}

int Panels::count() const { return numbers_.shape().n; }
const real* Panels::panel(int p) const { return numbers_.view().pixel(p, 0, 0); }

// [blocks]
void multiply(const Matrix& a, const Panels& b, const Finish& finish, real* y, std::ptrdiff_t next_row) {
    // A block of a's rows meets one panel after the other.  Where all panels fit a second-level cache, they
    // stay there, and the block is some rows in the first level; otherwise the block takes that place, and
    // the panels pass.
    const int tiles = divide_up(a.rows, tallest);
    const std::int64_t tile_bytes = std::int64_t{tallest} * a.columns * int(sizeof(real));
    const std::int64_t b_bytes = std::int64_t{b.count()} * width * b.rows() * int(sizeof(real));
    const std::int64_t limit = b_bytes <= (1 << 19) ? 1 << 14 : 1 << 19;
    const int tiles_each =
        int(std::clamp<std::int64_t>(limit / std::max<std::int64_t>(tile_bytes, 1), 1, tiles));
    const int blocks = divide_up(tiles, tiles_each);
    // Few blocks: share the panels, too.
    const int shares = std::min(b.count(), threads() == 1 ? 1 : divide_up(4 * threads(), blocks));

    parallel_for(blocks * shares, [&](int task) {
        const int block = task / shares, share = task % shares;
        const auto part = [](int whole, int i, int parts) { return int(std::int64_t{whole} * i / parts); };
        for (int p = part(b.count(), share, shares); p < part(b.count(), share + 1, shares); ++p) {
            const int column = p * width, columns = std::min(width, b.columns() - column);
            const auto& kernels = kernels_for(divide_up(columns, lanes));
            for (int t = part(tiles, block, blocks); t < part(tiles, block + 1, blocks); ++t) {
                const int row = part(a.rows, t, tiles), rows = part(a.rows, t + 1, tiles) - row;
                Job job{.a = a.data + row * a.next_row,
                        .a_row = a.next_row,
                        .a_step = a.next_column,
                        .b = b.panel(p),
                        .depth = b.rows(),
                        .y = y + row * next_row + column,
                        .y_row = next_row,
                        .last = (columns - 1) % lanes + 1,
                        .finish = finish};
                if (finish.bias != nullptr) job.finish.bias += column;
                kernels[std::size_t(rows)](job);
            }
        }
    });
}
// [blocks]

}  // namespace cnn::optimized
