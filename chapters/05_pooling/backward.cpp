// The gradients, by rows of the input: each row has one owner, who gathers from every window that reaches it.
#include <algorithm>

#include "common/machine/parallel.hpp"
#include "common/machine/simd.hpp"
#include "first_maximum.hpp"
#include "nonoverlapping.hpp"
#include "windows.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

// Calls hand_back(n, i, j, rows of the window, its columns, own) for every window that reaches the rows `own`
// of dx, having cleared these.  A thread owns rows of dx: a window across two owners is visited by both.
template <class HandBack>
void backward(const Shape& dy, const Windows& windows, MutableView dx, const HandBack& hand_back) {
    const Shape& x = dx.shape;
    if (x.size() == 0) return;
    const int each = std::clamp((1 << 15) / (x.w * x.c), 1, x.h), blocks = divide_up(x.h, each);
    parallel_for(x.n * blocks, [&](int task) {
        const int n = task / blocks, first = task % blocks * each, end = std::min(first + each, x.h);
        fill(dx.images(n, 1).window(first, 0, {end - first, x.w}), 0);
        const auto above = [&](Span row) { return row.end <= first; };
        const auto reaching =
            windows.ordered ? std::ranges::partition_point(windows.rows, above) : windows.rows.begin();
        for (int i = int(reaching - windows.rows.begin()); i < dy.h; ++i) {
            const Span row = windows.row(i), own = row.within(first, end);
            if (windows.ordered && row.begin >= end) break;
            if (own.begin >= own.end) continue;
            for (int j = 0; j < dy.w; ++j) hand_back(n, i, j, row, windows.column(j), own);
        }
    });
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
    const vec winner = first_maximum<whole>(x, n, k, count, row, column);
    const int positions = column.positions();
    const std::ptrdiff_t apart = column.step * dx.pixel_pitch;
    const int skipped = own.begin == row.begin ? 0 : (own.begin - row.begin) / row.step;
    real at = real(skipped * positions);
    for (int r = own.begin; r < own.end; r += own.step) {
        real* to = dx.pixel(n, r, column.begin) + k;
        for (int t = 0; t < positions; ++t, ++at, to += apart) {
            const vec given{winner.v == vec::broadcast(at).v ? gradient.v : vec{}.v};
            store<whole>(load<whole>(to, count) + given, to, count);
        }
    }
}
// [first]

void share_out(View dy, const Windows& windows, MutableView dx) {
    const std::size_t c = std::size_t(dx.shape.c);
    backward(dy.shape, windows, dx, [&](int n, int i, int j, Span row, Span column, Span own) {
        const real* gradient = dy.pixel(n, i, j);
        const real count = numbers(row, column);
        const int positions = column.positions();
        const std::ptrdiff_t apart = column.step * dx.pixel_pitch;
        for (int r = own.begin; r < own.end; r += own.step) {
            real* to = dx.pixel(n, r, column.begin);
            for (int t = 0; t < positions; ++t, to += apart)
                for (std::size_t k = 0; k < c; ++k) to[k] += gradient[k] / count;
        }
    });
}

}  // namespace

void max_pool_backward_into(View dy, View x, const Pooling& pooling, MutableView dx) {
    require_pooled(dy.shape, x.shape, pooling);
    if (uncountable(x.shape, pooling)) return copy(naive::max_pool_backward(dy, x, pooling), dx);
    if (nonoverlapping(x, pooling, dx)) return max_pool_backward_nonoverlapping(dy, x, pooling, dx);
    const int c = x.shape.c;
    const bool touching = x.pixel_pitch == c && dx.pixel_pitch == c;
    const Windows windows(x.shape, dy.shape, pooling);
    backward(dy.shape, windows, dx, [&](int n, int i, int j, Span row, Span column, Span own) {
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
    require_pooled(dy.shape, dx.shape, pooling);
    share_out(dy, Windows(dx.shape, dy.shape, pooling), dx);
}

void adaptive_average_pool_backward_into(View dy, MutableView dx) {
    require_adaptive(dy.shape, dx.shape);
    share_out(dy, Windows(dx.shape, dy.shape), dx);
}

Tensor max_pool_backward(View dy, View x, const Pooling& pooling) {
    Tensor dx = Tensor::uninitialized(x.shape);
    max_pool_backward_into(dy, x, pooling, dx);
    return dx;
}

Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling) {
    Tensor dx = Tensor::uninitialized(x);
    average_pool_backward_into(dy, pooling, dx);
    return dx;
}

Tensor adaptive_average_pool_backward(View dy, const Shape& x) {
    Tensor dx = Tensor::uninitialized(x);
    adaptive_average_pool_backward_into(dy, dx);
    return dx;
}

}  // namespace cnn::optimized
