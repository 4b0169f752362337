// The border resolved once, the interior copied whole.
//
//   1. naive        two divisions for every element
//   2. columns once each column's source is looked up once a call, each row's once a row
//   3. whole rows   the interior of a row is one copy of w * c numbers, a pixel of the border one of c
//   4. threads      blocks of rows; below a quarter of a megabyte the fork costs more than it saves
#include <algorithm>
#include <vector>

#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"
#include "padding.hpp"

namespace cnn::optimized {

namespace {

constexpr int nowhere = -1;  // no source: the constant stands here

// The input index behind each output index of one axis, and the run of outputs that is the input itself.
struct Axis {
    std::vector<int> from;
    int first, last;  // outputs first ... last - 1 are inputs, one to one

    Axis(int before, int input, int output, PaddingMode mode)
        : from(std::size_t(output)), first(std::max(0, before)), last(std::min(output, before + input)) {
        for (int i = 0; i < output; ++i)
            from[std::size_t(i)] = source(i - before, input, mode).value_or(nowhere);
        last = std::max(first = std::min(first, output), last);
    }
    int operator[](int i) const { return from[std::size_t(i)]; }
};

struct Axes {
    Axis rows, columns;
    Axes(const Shape& x, const Shape& y, const Padding& p)
        : rows(p.sides.top, x.h, y.h, p.mode), columns(p.sides.left, x.w, y.w, p.mode) {}
};

// [one row]
// y[j] = x[columns[j]] for one row, pixel by pixel in the border and at one go in between.
void pad_row(View x, int n, int from, const Axis& columns, real value, MutableView y, int row) {
    const std::size_t c = std::size_t(y.shape.c);
    const auto border = [&](int begin, int end) {
        for (int j = begin; j < end; ++j)
            if (from == nowhere || columns[j] == nowhere)
                std::fill_n(y.pixel(n, row, j), c, value);
            else
                std::copy_n(x.pixel(n, from, columns[j]), c, y.pixel(n, row, j));
    };
    const bool whole = from != nowhere && columns.first < columns.last && x.pixel_pitch == x.shape.c &&
                       y.pixel_pitch == y.shape.c;
    if (!whole) return border(0, y.shape.w);

    border(0, columns.first);
    std::copy_n(x.pixel(n, from, columns[columns.first]), c * std::size_t(columns.last - columns.first),
                y.pixel(n, row, columns.first));
    border(columns.last, y.shape.w);
}
// [one row]

}  // namespace

void pad_into(View x, const Padding& padding, MutableView y) {
    require_padded(y.shape, x.shape, padding);
    const Axes axes(x.shape, y.shape, padding);

    // Hand out blocks of rows of about a quarter of a megabyte.
    const std::int64_t row_bytes =
        std::max<std::int64_t>(1, std::int64_t{y.shape.w} * y.shape.c * int(sizeof(real)));
    const int rows_each = int(std::clamp<std::int64_t>((1 << 18) / row_bytes, 1, std::max(1, y.shape.h)));
    const int blocks = divide_up(y.shape.h, rows_each);
    parallel_for(y.shape.n * blocks, [&](int block) {
        const int n = block / blocks, begin = block % blocks * rows_each;
        for (int row = begin; row < std::min(begin + rows_each, y.shape.h); ++row)
            pad_row(x, n, axes.rows[row], axes.columns, padding.value, y, row);
    });
}

Tensor pad(View x, const Padding& padding) {
    Tensor y = Tensor::uninitialized(padded_shape(x.shape, padding));
    pad_into(x, padding, y);
    return y;
}

Tensor pad_backward(View dy, const Shape& x, const Padding& padding) {
    require_padded(dy.shape, x, padding);
    const Axes axes(x, dy.shape, padding);
    Tensor dx(x);
    // Two padded rows may come from one input row, so a thread owns whole images.
    parallel_for(x.n, [&](int n) {
        for (int row = 0; row < dy.shape.h; ++row)
            for (int column = 0; column < dy.shape.w; ++column) {
                if (axes.rows[row] == nowhere || axes.columns[column] == nowhere) continue;
                const real* from = dy.pixel(n, row, column);
                real* to = dx.view().pixel(n, axes.rows[row], axes.columns[column]);
                for (int c = 0; c < x.c; ++c) to[c] += from[c];
            }
    });
    return dx;
}

}  // namespace cnn::optimized
