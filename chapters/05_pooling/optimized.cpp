// Windows that overlap share their columns, and numbers side by side are pooled side by side.
//
//   1. naive    every output looks at its whole window, one channel at a time, with a branch each number
//   2. lanes    windows of neighbouring channels are pooled at once, a maximum is three instructions and no
//               branch: 60 to 90 times as fast; where windows do not overlap, memory is now the limit
//   3. columns  the rows of a window row are joined first, element by element; windows then only join the
//               joined columns: 3 + 3 numbers to read for a 3x3 window of stride 1, not 9: 1.6 times
//   4. blocks   the joined columns of a block stay in the nearest cache: on large maps 1.5 times as fast as
//               3 alone, which without it loses to 2
//   5. threads  tiles of output rows and of channels
#include <algorithm>

#include "common/machine/parallel.hpp"
#include "common/machine/simd.hpp"
#include "windows.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

struct Maximum {
    using Long = real;
    static constexpr bool sums = false;
    static vec join(vec a, vec b) { return simd::maximum(a, b); }
    static real join(real a, real b) { return a < b || b != b ? b : a; }
    static vec result(vec v, real) { return v + vec{}; }  // -0 becomes +0
    static real result(real v, real) { return v + real{0}; }
};

struct Sum {
    using Long = double;
    static constexpr bool sums = true;
    static vec join(vec a, vec b) { return a + b; }
    static double join(double a, double b) { return a + b; }
    static vec result(vec v, real numbers) { return {v.v / vec::broadcast(numbers).v}; }
    static real result(real v, real numbers) { return v / numbers; }
};

// A float stops counting at 2^24: sums of so many go on in double.
constexpr int many = 64;

// `count` runs of some registers, `next` apart, become one; at last, the result for a window of so many
// numbers.
template <class Pool, int vecs, bool last>
void join_vectors(const real* x, int count, std::ptrdiff_t next, real* to, real numbers = 0) {
    const auto ended = [&](vec v) { return last ? Pool::result(v, numbers) : v; };
    vec v[vecs];
    if (Pool::sums && count > many) {
        using Wide = double __attribute__((vector_size(lanes * sizeof(double))));
        for (int i = 0; i < vecs; ++i, x += lanes, to += lanes) {
            Wide total{};
            for (int first = 0; first < count; first += many) {
                vec part = vec::load(x + first * next);
                for (int r = first + 1; r < std::min(first + many, count); ++r)
                    part = part + vec::load(x + r * next);
                total += __builtin_convertvector(part.v, Wide);
            }
            ended({__builtin_convertvector(total, vec::raw)}).store(to);
        }
        return;
    }
    for (int i = 0; i < vecs; ++i) v[i] = vec::load(x + i * lanes);
    for (int r = 1; r < count; ++r) {
        x += next;
        for (int i = 0; i < vecs; ++i) v[i] = Pool::join(v[i], vec::load(x + i * lanes));
    }
    for (int i = 0; i < vecs; ++i) ended(v[i]).store(to + i * lanes);
}

// [join]
// to[k] = x[k], x[k + next] ... x[k + (count - 1) next] joined, for k < length: `count` runs become one.
template <class Pool, bool last>
void join(const real* x, int count, std::ptrdiff_t next, int length, real* to, real numbers = 0) {
    int k = 0;
    for (; k + 4 * lanes <= length; k += 4 * lanes)
        join_vectors<Pool, 4, last>(x + k, count, next, to + k, numbers);
    for (; k + lanes <= length; k += lanes) join_vectors<Pool, 1, last>(x + k, count, next, to + k, numbers);

    // The last register overlaps the one before it; fewer numbers than a register holds go one by one.
    if (k < length && length >= lanes)
        return join_vectors<Pool, 1, last>(x + length - lanes, count, next, to + length - lanes, numbers);
    for (; k < length; ++k) {
        typename Pool::Long v = x[k];
        for (int r = 1; r < count; ++r) v = Pool::join(v, x[k + r * next]);
        to[k] = last ? Pool::result(real(v), numbers) : real(v);
    }
}
// [join]

/// What one thread does at a time: an image, some output rows, some channels; within that, some output
/// columns at once.
struct Tiles {
    int rows, columns, channels;

    Tiles(const Shape& x, const Shape& y, const Windows& p) {
        constexpr int near = (1 << 13) / int(sizeof(real)), task = (1 << 17) / int(sizeof(real));
        const int across = divide_up(x.c, std::max(2 * near / p.kernel.w / lanes, 1) * lanes);
        channels = std::min(x.c, divide_up(x.c, across * lanes) * lanes);
        columns = std::clamp((near / channels - p.kernel.w) / p.stride.w + 1, 1, y.w);
        rows = int(std::clamp<std::int64_t>(task / (std::int64_t{p.stride.h} * x.w * channels), 1, y.h));
    }
};

// [tile]
// Output rows first_row ... end_row - 1 of image n; x and y are already the channels of the tile.
template <class Pool>
void pool_tile(View x, const Windows& windows, const Tiles& tiles, int n, int first_row, int end_row,
               real* joined, real* pooled, MutableView y) {
    const int c = x.shape.c, w = y.shape.w;
    for (int first = 0; first < w; first += tiles.columns)
        for (int i = first_row; i < end_row; ++i) {
            const int end = std::min(first + tiles.columns, w);
            const Span row = windows.row(i);
            const auto [left, right] = windows.columns_of(first, end);

            // Join the rows: joined[column][channel], whole runs of memory where pixels touch.
            const bool touching = x.pixel_pitch == c;
            const int runs = touching ? 1 : right - left, length = touching ? (right - left) * c : c;
            for (int run = 0; run < runs; ++run)
                join<Pool, false>(x.pixel(n, row.begin, left + run), row.positions(), row.step * x.row_pitch,
                                  length, joined + run * c);

            // Join the columns of each window.  A last register may reach into pixels that follow: their turn
            // comes next.  Where one register holds a pixel, the whole row is made beside y.
            const bool narrow = c <= lanes && y.pixel_pitch == c;
            for (int j = first; j < end; ++j) {
                const Span column = windows.column(j);
                const real* from = joined + (column.begin - left) * c;
                const int whole = divide_up(c, lanes) * lanes, seen = column.positions();
                const std::ptrdiff_t next = std::ptrdiff_t{column.step} * c;
                const int written = y.pixel_pitch == c && j * c + whole <= w * c ? whole : c;
                real* to = narrow ? pooled + (j - first) * c : y.pixel(n, i, j);
                if (narrow)
                    join_vectors<Pool, 1, true>(from, seen, next, to, numbers(row, column));
                else
                    join<Pool, true>(from, seen, next, written, to, numbers(row, column));
            }
            if (narrow) std::copy_n(pooled, (end - first) * c, y.pixel(n, i, first));
        }
}
// [tile]

template <class Pool>
void pool(View x, const Windows& windows, MutableView y) {
    if (y.shape.size() == 0) return;
    const Tiles tiles(x.shape, y.shape, windows);
    const int down = divide_up(y.shape.h, tiles.rows), across = divide_up(x.shape.c, tiles.channels);
    const int held = int(std::min<std::int64_t>(
        x.shape.w, std::int64_t{tiles.columns - 1} * windows.stride.w + windows.kernel.w));
    parallel_for(y.shape.n * down * across, [&](int task) {
        const int n = task / across / down, row = task / across % down * tiles.rows;
        const int channel = task % across * tiles.channels;
        const int c = std::min(tiles.channels, x.shape.c - channel);
        Tensor joined({.c = held * c + lanes}),
            pooled = Tensor::uninitialized({.c = tiles.columns * c + lanes});
        pool_tile<Pool>(x.channels(channel, c), windows, tiles, n, row, std::min(row + tiles.rows, y.shape.h),
                        joined.flat().data(), pooled.flat().data(), y.channels(channel, c));
    });
}

}  // namespace

void max_pool_into(View x, const Pooling& pooling, MutableView y) {
    require_pooled(y.shape, x.shape, pooling);
    pool<Maximum>(x, Windows(x.shape, y.shape, pooling), y);
}

void average_pool_into(View x, const Pooling& pooling, MutableView y) {
    require_pooled(y.shape, x.shape, pooling);
    pool<Sum>(x, Windows(x.shape, y.shape, pooling), y);
}

void adaptive_average_pool_into(View x, MutableView y) {
    require_adaptive(y.shape, x.shape);
    pool<Sum>(x, Windows(x.shape, y.shape), y);
}

Tensor max_pool(View x, const Pooling& pooling) {
    Tensor y = Tensor::uninitialized(pooled_shape(x.shape, pooling));
    max_pool_into(x, pooling, y);
    return y;
}

Tensor average_pool(View x, const Pooling& pooling) {
    Tensor y = Tensor::uninitialized(pooled_shape(x.shape, pooling));
    average_pool_into(x, pooling, y);
    return y;
}

Tensor adaptive_average_pool(View x, Extent size) {
    Tensor y = Tensor::uninitialized(adaptive_shape(x.shape, size));
    adaptive_average_pool_into(x, y);
    return y;
}

}  // namespace cnn::optimized
