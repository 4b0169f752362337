// The gradient of maxima whose windows lie apart: a pixel belongs to one window at most, so none is added.
//
// With few channels a vector that holds one pixel idles.  So whole rows are worked on, all pixels and
// channels side by side, and only the step between them goes window by window.
#include <algorithm>

#include "common/machine/parallel.hpp"
#include "common/machine/simd.hpp"
#include "windows.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

// Whether a is the larger; a NaN is larger than any number, and of two NaNs neither.
auto beats(vec a, vec b) { return ~(a.v <= b.v) & (b.v == b.v); }

// Calls body(k) for all vectors of a row; the last overlaps the one before it.
template <class Body>
void for_each_vector(int length, const Body& body) {
    for (int k = 0; k < length; k += lanes) body(std::min(k, length - lanes));
}

// What is known of each number of a row of windows.  A place is a pixel, counted from the windows' first row.
struct Rows {
    Tensor numbers;
    real *largest, *place;    // of its column of pixels
    real *winner, *gradient;  // of its window

    explicit Rows(int length) : numbers({.h = 4, .w = length + lanes}) {
        largest = numbers.view().pixel(0, 0, 0);
        place = numbers.view().pixel(0, 1, 0);
        winner = numbers.view().pixel(0, 2, 0);
        gradient = numbers.view().pixel(0, 3, 0);
    }
};

// [apart]
// The gradient goes to the first number of the window that no other beats, as naive has it.
void give_row(View x, View dy, const Windows& windows, int n, int i, const real* columns, Rows& rows,
              MutableView dx) {
    const int w = x.shape.w, c = x.shape.c, length = w * c;
    const Span row = windows.row(i);

    // Of each column of pixels, the first largest number and where it stands.
    for_each_vector(length, [&](int k) {
        vec largest = vec::load(x.pixel(n, row.begin, 0) + k), place{};
        for (int r = 1; r < row.end - row.begin; ++r) {
            const vec next = vec::load(x.pixel(n, row.begin + r, 0) + k);
            const auto better = beats(next, largest);
            largest = {better ? next.v : largest.v};
            place = {better ? vec::broadcast(real(r * w)).v : place.v};
        }
        largest.store(rows.largest + k);
        (place + vec::load(columns + k)).store(rows.place + k);
    });

    // Of each window, told to all of its columns.  A vector reaches into pixels that follow: their turn comes
    // next, in a window or between two.
    const vec nobody = vec::broadcast(-1);
    for (int j = 0; j < dy.shape.w; ++j) {
        const Span column = windows.column(j);
        vec largest = vec::load(rows.largest + column.begin * c),
            winner = vec::load(rows.place + column.begin * c);
        for (int t = column.begin + 1; t < column.end; ++t) {
            const vec next = vec::load(rows.largest + t * c), place = vec::load(rows.place + t * c);
            const auto better = beats(next, largest) | (~beats(largest, next) & (place.v < winner.v));
            largest = {better ? next.v : largest.v};
            winner = {better ? place.v : winner.v};
        }
        const real* from = dy.pixel(n, i, j);
        const bool whole = (dy.shape.w - 1 - j) * dy.pixel_pitch + c >= lanes;
        const vec gradient = whole ? vec::load(from) : vec::load_first(c, from);
        for (int t = column.begin; t < column.end; ++t) {
            winner.store(rows.winner + t * c);
            gradient.store(rows.gradient + t * c);
        }
        const int next = j + 1 < dy.shape.w ? windows.column(j + 1).begin : w;
        for (int t = column.end; t < next; ++t) nobody.store(rows.winner + t * c);
    }

    for (int r = 0; r < row.end - row.begin; ++r)
        for_each_vector(length, [&](int k) {
            const vec mine = vec::load(columns + k) + vec::broadcast(real(r * w));
            const vec winner = vec::load(rows.winner + k), gradient = vec::load(rows.gradient + k);
            vec{mine.v == winner.v ? gradient.v : vec{}.v}.store(dx.pixel(n, row.begin + r, 0) + k);
        });
}
// [apart]

}  // namespace

bool nonoverlapping(View x, const Pooling& pooling, View dx) {
    const int c = x.shape.c;
    return pooling.dilation == Extent(1) && pooling.stride.h >= pooling.kernel.h &&
           pooling.stride.w >= pooling.kernel.w && c <= lanes && x.shape.w * c >= lanes &&
           x.pixel_pitch == c && dx.pixel_pitch == c;
}

void max_pool_backward_nonoverlapping(View dy, View x, const Pooling& pooling, MutableView dx) {
    require_pooled(dy.shape, x.shape, pooling);
    const int length = x.shape.w * x.shape.c;
    const Windows windows(x.shape, dy.shape, pooling);
    Tensor columns = Tensor::uninitialized({.c = length});
    for (int k = 0; k < length; ++k) {
        const int column = k / x.shape.c;
        columns.flat()[std::size_t(k)] = real(column);
    }

    // A row of windows owns the rows of dx down to the next.
    const int each =
        int(std::clamp<std::int64_t>((1 << 14) / (std::int64_t{length} * pooling.stride.h), 1, dy.shape.h));
    const int blocks = divide_up(dy.shape.h, each);
    parallel_for(dy.shape.n * blocks, [&](int task) {
        Rows rows(length);
        const int n = task / blocks, first = task % blocks * each;
        for (int i = first; i < std::min(first + each, dy.shape.h); ++i) {
            give_row(x, dy, windows, n, i, columns.flat().data(), rows, dx);
            const int next = i + 1 < dy.shape.h ? windows.row(i + 1).begin : x.shape.h;
            for (int r = windows.row(i).end; r < next; ++r) std::fill_n(dx.pixel(n, r, 0), length, real{0});
        }
    });
}

}  // namespace cnn::optimized
