// Windows that overlap share their columns, and numbers side by side are pooled side by side.
//
//   1. naive     every output looks at its whole window, one channel at a time
//   2. lanes     windows of neighbouring channels are pooled at once; a maximum is three instructions, no
//   branch
//   3. columns   the rows of a window row are joined first, element by element; windows then only join the
//                joined columns: 3 + 3 numbers to read for a 3x3 window of stride 1, not 9
//   4. blocks    the joined columns of a block stay in the nearest cache, so that memory is read once
//   5. threads   tiles of output rows and of channels
#include <algorithm>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/simd.hpp"
#include "pooling.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

struct Maximum {
    static vec join(vec a, vec b) { return simd::larger(a, b); }
    static real join(real a, real b) { return a < b || b != b ? b : a; }
};

struct Sum {
    static vec join(vec a, vec b) { return a + b; }
    static real join(real a, real b) { return a + b; }
};

// [join]
// to[k] = x[k] joined with x[k + next], x[k + 2 next] ... : `count` runs of `length` numbers become one.
template <class Pool>
void join(const real* x, std::ptrdiff_t next, int count, int length, real* to) {
    constexpr int vecs = 4;
    int k = 0;
    for (; k + vecs * lanes <= length; k += vecs * lanes) {
        vec v[vecs];
        for (int i = 0; i < vecs; ++i) v[i] = vec::load(x + k + i * lanes);
        for (int r = 1; r < count; ++r)
            for (int i = 0; i < vecs; ++i) v[i] = Pool::join(v[i], vec::load(x + r * next + k + i * lanes));
        for (int i = 0; i < vecs; ++i) v[i].store(to + k + i * lanes);
    }
    for (; k + lanes <= length; k += lanes) {
        vec v = vec::load(x + k);
        for (int r = 1; r < count; ++r) v = Pool::join(v, vec::load(x + r * next + k));
        v.store(to + k);
    }
    for (; k < length; ++k) {
        real v = x[k];
        for (int r = 1; r < count; ++r) v = Pool::join(v, x[r * next + k]);
        to[k] = v;
    }
}
// [join]

int divide_up(int a, int b) { return (a + b - 1) / b; }

/// What one thread does at a time: an image, some output rows, some channels; within that, some output
/// columns at once.
struct Tiles {
    int rows, columns, channels;

    Tiles(const Shape& x, const Shape& y, const Pooling& p) {
        constexpr int near = (1 << 14) / int(sizeof(real)), task = (1 << 17) / int(sizeof(real));
        channels = std::min(x.c, std::max(near / p.kernel.w / lanes, 1) * lanes);
        columns = std::clamp((near / channels - p.kernel.w) / p.stride.w + 1, 1, y.w);
        rows = std::clamp(task / std::max(1, p.stride.h * x.w * channels), 1, y.h);
    }
};

// [tile]
// Output rows first_row ... end_row - 1 of image n; x and y are already the channels of the tile.
template <class Pool, class Finish>
void pool_tile(View x, const Pooling& pooling, const Tiles& tiles, int n, int first_row, int end_row,
               real* joined, MutableView y, const Finish& finish) {
    const int c = x.shape.c;
    for (int i = first_row; i < end_row; ++i)
        for (int first = 0; first < y.shape.w; first += tiles.columns) {
            const int end = std::min(first + tiles.columns, y.shape.w);
            const Span row = rows(i, x.shape, pooling);
            const int left = columns(first, x.shape, pooling).begin;
            const int right = columns(end - 1, x.shape, pooling).end;

            // Join the rows: joined[column][channel], whole runs of memory where pixels touch.
            const bool touching = x.next_pixel == c;
            const int runs = touching ? 1 : right - left, length = touching ? (right - left) * c : c;
            for (int run = 0; run < runs; ++run)
                join<Pool>(x.pixel(n, row.begin, left + run), x.next_row, row.end - row.begin, length,
                           joined + run * c);

            // Join the columns of each window.
            for (int j = first; j < end; ++j) {
                const Span column = columns(j, x.shape, pooling);
                real* to = y.pixel(n, i, j);
                join<Pool>(joined + (column.begin - left) * c, c, column.end - column.begin, c, to);
                finish(to, c, row.counted * column.counted);
            }
        }
}
// [tile]

template <class Pool, class Finish>
void pool(View x, const Pooling& pooling, MutableView y, const Finish& finish) {
    require_pooled(y.shape, x.shape, pooling);
    const Tiles tiles(x.shape, y.shape, pooling);
    const int down = divide_up(y.shape.h, tiles.rows), across = divide_up(x.shape.c, tiles.channels);
    const int held = (tiles.columns - 1) * pooling.stride.w + pooling.kernel.w;
    parallel_for(y.shape.n * down * across, [&](int task) {
        const int n = task / across / down, row = task / across % down * tiles.rows;
        const int channel = task % across * tiles.channels;
        const int c = std::min(tiles.channels, x.shape.c - channel);
        Tensor joined = Tensor::unset({.w = held, .c = c});
        pool_tile<Pool>(x.channels(channel, c), pooling, tiles, n, row, std::min(row + tiles.rows, y.shape.h),
                        joined.flat().data(), y.channels(channel, c), finish);
    });
}

}  // namespace

void max_pool_into(View x, const Pooling& pooling, MutableView y) {
    pool<Maximum>(x, pooling, y, [](real*, int, int) {});
}

void average_pool_into(View x, const Pooling& pooling, MutableView y) {
    pool<Sum>(x, pooling, y, [](real* sums, int length, int count) {
        for (int k = 0; k < length; ++k) sums[k] /= real(count);
    });
}

Tensor max_pool(View x, const Pooling& pooling) {
    Tensor y = Tensor::unset(pooled_shape(x.shape, pooling));
    max_pool_into(x, pooling, y);
    return y;
}

Tensor average_pool(View x, const Pooling& pooling) {
    Tensor y = Tensor::unset(pooled_shape(x.shape, pooling));
    average_pool_into(x, pooling, y);
    return y;
}

namespace {

// Calls hand_back(n, i, j, rows of the window, its columns, own) for every window that reaches the rows `own`
// of dx, having cleared these.  A thread owns rows of dx: a window across two owners is visited by both.
template <class HandBack>
void backward(const Shape& dy, const Pooling& pooling, MutableView dx, const HandBack& hand_back) {
    const Shape& x = dx.shape;
    require_pooled(dy, x, pooling);
    const int each = std::clamp((1 << 15) / std::max(1, x.w * x.c), 1, x.h), blocks = divide_up(x.h, each);
    parallel_for(x.n * blocks, [&](int task) {
        const int n = task / blocks, first = task % blocks * each, end = std::min(first + each, x.h);
        fill(dx.images(n, 1).window(first, 0, {end - first, x.w}), 0);
        const int above = std::max(0, first + pooling.padding.top - pooling.kernel.h + 1);
        for (int i = divide_up(above, pooling.stride.h); i < dy.h; ++i) {
            const Span row = rows(i, x, pooling);
            if (row.begin >= end) break;
            const Span own{std::max(first, row.begin), std::min(end, row.end), 0};
            for (int j = 0; j < dy.w; ++j) hand_back(n, i, j, row, columns(j, x, pooling), own);
        }
    });
}

/// The first `count` channels at an address; the whole register where memory goes on to hold numbers of ours.
template <bool whole>
vec load(const real* from, int count) {
    return whole ? vec::load(from) : vec::load_first(count, from);
}
template <bool whole>
void store(vec v, real* to, int count) {
    if (whole)
        v.store(to);
    else
        v.store_first(count, to);
}

// [first]
// The gradient goes to the first number of the window that is the maximum; then nothing is left to give.
template <bool whole>
void give_to_first(View x, int n, int k, int count, Span row, Span column, Span own, vec left,
                   MutableView dx) {
    vec largest = load<whole>(x.pixel(n, row.begin, column.begin) + k, count);
    for (int r = row.begin; r < row.end; ++r)
        for (int t = column.begin; t < column.end; ++t)
            largest = simd::larger(largest, load<whole>(x.pixel(n, r, t) + k, count));

    for (int r = row.begin; r < own.end; ++r)
        for (int t = column.begin; t < column.end; ++t) {
            const vec seen = load<whole>(x.pixel(n, r, t) + k, count);
            const auto first = (seen.v == largest.v) | (seen.v != seen.v);
            const vec given{first ? left.v : vec{}.v};
            left = {first ? vec{}.v : left.v};
            if (r < own.begin) continue;
            real* to = dx.pixel(n, r, t) + k;
            store<whole>(load<whole>(to, count) + given, to, count);
        }
}
// [first]

}  // namespace

void max_pool_backward_into(View dy, View x, const Pooling& pooling, MutableView dx) {
    const int c = x.shape.c;
    const bool touching = x.next_pixel == c && dx.next_pixel == c;
    backward(dy.shape, pooling, dx, [&](int n, int i, int j, Span row, Span column, Span own) {
        for (int k = 0; k < c; k += lanes) {
            const int count = std::min(lanes, c - k);
            const vec gradient = vec::load_first(count, dy.pixel(n, i, j) + k);
            // A register may reach into the next pixels of the row: their gradient here is zero.
            const bool whole =
                count == lanes || (touching && (column.end - 1) * c + k + lanes <= x.shape.w * c);
            (whole ? give_to_first<true> : give_to_first<false>)(x, n, k, count, row, column, own, gradient,
                                                                 dx);
        }
    });
}

void average_pool_backward_into(View dy, const Pooling& pooling, MutableView dx) {
    const std::size_t c = std::size_t(dx.shape.c);
    backward(dy.shape, pooling, dx, [&](int n, int i, int j, Span row, Span column, Span own) {
        const real* gradient = dy.pixel(n, i, j);
        const real count = real(row.counted * column.counted);
        for (int r = own.begin; r < own.end; ++r)
            for (int t = column.begin; t < column.end; ++t) {
                real* to = dx.pixel(n, r, t);
                for (std::size_t k = 0; k < c; ++k) to[k] += gradient[k] / count;
            }
    });
}

Tensor max_pool_backward(View dy, View x, const Pooling& pooling) {
    Tensor dx = Tensor::unset(x.shape);
    max_pool_backward_into(dy, x, pooling, dx);
    return dx;
}

Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling) {
    Tensor dx = Tensor::unset(x);
    average_pool_backward_into(dy, pooling, dx);
    return dx;
}

}  // namespace cnn::optimized
