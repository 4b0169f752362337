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
#include <vector>

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
// to[k] = x[k], x[k + next] ... x[k + (count - 1) next] joined, for k < length: `count` runs become one.
template <class Pool>
void join(const real* x, int count, std::ptrdiff_t next, int length, real* to) {
    const auto joined = [=]<int vecs>(int k) {
        vec v[vecs];
        const real* from = x + k;
        for (int i = 0; i < vecs; ++i) v[i] = vec::load(from + i * lanes);
        for (int r = 1; r < count; ++r) {
            from += next;
            for (int i = 0; i < vecs; ++i) v[i] = Pool::join(v[i], vec::load(from + i * lanes));
        }
        for (int i = 0; i < vecs; ++i) v[i].store(to + k + i * lanes);
    };
    int k = 0;
    for (; k + 4 * lanes <= length; k += 4 * lanes) joined.template operator()<4>(k);
    for (; k + lanes <= length; k += lanes) joined.template operator()<1>(k);

    // The last register overlaps the one before it; fewer numbers than a register holds go one by one.
    if (k < length && length >= lanes) return joined.template operator()<1>(length - lanes);
    for (; k < length; ++k) {
        real v = x[k];
        for (int r = 1; r < count; ++r) v = Pool::join(v, x[k + r * next]);
        to[k] = v;
    }
}
// [join]

int divide_up(int a, int b) { return (a + b - 1) / b; }

/// Every window along both axes, resolved once a call.
struct Windows {
    std::vector<Span> rows, columns;

    Windows(const Shape& x, const Shape& y, const Pooling& pooling) {
        for (int i = 0; i < y.h; ++i) rows.push_back(cnn::rows(i, x, pooling));
        for (int j = 0; j < y.w; ++j) columns.push_back(cnn::columns(j, x, pooling));
    }
    Span row(int i) const { return rows[std::size_t(i)]; }
    Span column(int j) const { return columns[std::size_t(j)]; }
};

/// What one thread does at a time: an image, some output rows, some channels; within that, some output
/// columns at once.
struct Tiles {
    int rows, columns, channels;

    Tiles(const Shape& x, const Shape& y, const Pooling& p) {
        constexpr int near = (1 << 13) / int(sizeof(real)), task = (1 << 17) / int(sizeof(real));
        const int across = divide_up(x.c, std::max(2 * near / p.kernel.w / lanes, 1) * lanes);
        channels = std::min(x.c, divide_up(x.c, across * lanes) * lanes);
        columns = std::clamp((near / channels - p.kernel.w) / p.stride.w + 1, 1, y.w);
        rows = std::clamp(task / std::max(1, p.stride.h * x.w * channels), 1, y.h);
    }
};

// [tile]
// Output rows first_row ... end_row - 1 of image n; x and y are already the channels of the tile.
template <class Pool, class Finish>
void pool_tile(View x, const Windows& windows, const Tiles& tiles, int n, int first_row, int end_row,
               real* joined, MutableView y, const Finish& finish) {
    const int c = x.shape.c, w = y.shape.w;
    for (int first = 0; first < w; first += tiles.columns)
        for (int i = first_row; i < end_row; ++i) {
            const int end = std::min(first + tiles.columns, w);
            const Span row = windows.row(i);
            const int left = windows.column(first).begin, right = windows.column(end - 1).end;

            // Join the rows: joined[column][channel], whole runs of memory where pixels touch.
            const bool touching = x.next_pixel == c;
            const int runs = touching ? 1 : right - left, length = touching ? (right - left) * c : c;
            for (int run = 0; run < runs; ++run)
                join<Pool>(x.pixel(n, row.begin, left + run), row.end - row.begin, x.next_row, length,
                           joined + run * c);

            // Join the columns of each window.  A last register may reach into pixels that follow: their turn
            // comes next.
            for (int j = first; j < end; ++j) {
                const Span column = windows.column(j);
                const int whole = divide_up(c, lanes) * lanes;
                const int written = y.next_pixel == c && j * c + whole <= w * c ? whole : c;
                real* to = y.pixel(n, i, j);
                join<Pool>(joined + (column.begin - left) * c, column.end - column.begin, c, written, to);
                finish(to, written, row.counted * column.counted);
            }
        }
}
// [tile]

template <class Pool, class Finish>
void pool(View x, const Pooling& pooling, MutableView y, const Finish& finish) {
    require_pooled(y.shape, x.shape, pooling);
    const Windows windows(x.shape, y.shape, pooling);
    const Tiles tiles(x.shape, y.shape, pooling);
    const int down = divide_up(y.shape.h, tiles.rows), across = divide_up(x.shape.c, tiles.channels);
    const int held = (tiles.columns - 1) * pooling.stride.w + pooling.kernel.w;
    parallel_for(y.shape.n * down * across, [&](int task) {
        const int n = task / across / down, row = task / across % down * tiles.rows;
        const int channel = task % across * tiles.channels;
        const int c = std::min(tiles.channels, x.shape.c - channel);
        Tensor joined({.c = held * c + lanes});
        pool_tile<Pool>(x.channels(channel, c), windows, tiles, n, row, std::min(row + tiles.rows, y.shape.h),
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
    const Windows windows(x, dy, pooling);
    const int each = std::clamp((1 << 15) / std::max(1, x.w * x.c), 1, x.h), blocks = divide_up(x.h, each);
    parallel_for(x.n * blocks, [&](int task) {
        const int n = task / blocks, first = task % blocks * each, end = std::min(first + each, x.h);
        fill(dx.images(n, 1).window(first, 0, {end - first, x.w}), 0);
        const int above = std::max(0, first + pooling.padding.top - pooling.kernel.h + 1);
        for (int i = divide_up(above, pooling.stride.h); i < dy.h; ++i) {
            const Span row = windows.row(i);
            if (row.begin >= end) break;
            const Span own{std::max(first, row.begin), std::min(end, row.end), 0};
            for (int j = 0; j < dy.w; ++j) hand_back(n, i, j, row, windows.column(j), own);
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
// The gradient goes to the first number of the window that no other beats, as naive has it.
template <bool whole>
void give_to_first(View x, int n, int k, int count, Span row, Span column, Span own, vec gradient,
                   MutableView dx) {
    vec largest = load<whole>(x.pixel(n, row.begin, column.begin) + k, count), place{};
    real tap = 0;
    for (int r = row.begin; r < row.end; ++r)
        for (int t = column.begin; t < column.end; ++t, ++tap) {
            const vec next = load<whole>(x.pixel(n, r, t) + k, count);
            const auto beats = ~(next.v <= largest.v) & (largest.v == largest.v);
            largest = {beats ? next.v : largest.v};
            place = {beats ? vec::broadcast(tap).v : place.v};
        }

    tap = real((own.begin - row.begin) * (column.end - column.begin));
    for (int r = own.begin; r < own.end; ++r)
        for (int t = column.begin; t < column.end; ++t, ++tap) {
            real* to = dx.pixel(n, r, t) + k;
            const vec given{place.v == vec::broadcast(tap).v ? gradient.v : vec{}.v};
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
            const real* from = dy.pixel(n, i, j) + k;
            const vec gradient = count == lanes ? vec::load(from) : vec::load_first(count, from);
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
