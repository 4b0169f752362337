// A minibatch in one product.
//
//   1. naive          one image after another: every weight is read from memory once for each image
//   2. one product    all images are the rows of a matrix, so a weight that is loaded serves six of them
//   3. registers      a tile of 6 images x 4 vectors of units stays in registers over all inputs
//   4. no transposes  backward, the weights stay where they are: dx^T = w dy^T reads them as they lie
//
// @see 09_pointwise for what a matrix product needs once its factors outgrow the cache.
#include <algorithm>
#include <array>
#include <utility>

#include "common/base/range.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/parallel.hpp"
#include "dense.hpp"

namespace cnn::optimized {

namespace {

using simd::lanes;

// 6 rows x 4 vectors of sums, 4 vectors of b and one number of a fit 32 registers; half of that fits 16.
constexpr int rows = 6, vecs = simd::registers >= 32 ? 4 : 2, width = vecs * lanes;
constexpr int deep = 256;  // so many rows of a panel of b stay in the first two caches

// The left factor: element (row, t) stands at data[row * row_pitch + t * step], so either order is fine.
struct Left {
    const real* data;
    std::ptrdiff_t row_pitch, step;
};
// One panel of the right factor, and the columns it makes: rows are `next` numbers apart.
struct Panel {
    const real* data;
    std::ptrdiff_t next;
    int vecs, tail_lanes;  // of its last vector only `tail_lanes` lanes count
};

// [tile]
// y[r][panel] = start + sum_t a(r, t) b[t][panel], a tile of r rows that stays in registers.
template <int r, int v>
void tile(const Left& a, const Panel& b, int first, int count, const real* start, real* y,
          std::ptrdiff_t next) {
    Tile<r, v> sums;
    if (first > 0)
        sums.load(y, next, b.tail_lanes);
    else if (start != nullptr)
        sums.start(start, b.tail_lanes);
    else
        sums.zero();
    sums.add(a.data + first * a.step, a.row_pitch, a.step, b.data + first * b.next, b.next, count);
    sums.store(y, next, b.tail_lanes);
}
// [tile]

using Kernel = decltype(&tile<1, 1>);

template <int v, int... r>
constexpr std::array<Kernel, rows> of_width(std::integer_sequence<int, r...>) {
    return {tile<r + 1, v>...};
}
template <int... v>
constexpr auto all_kernels(std::integer_sequence<int, v...>) {
    return std::array{of_width<v + 1>(std::make_integer_sequence<int, rows>())...};
}

// y (M, N) = start + a (M, K) b (K, N), b and y contiguous.
void product(int M, int N, int K, const Left& a, const real* b, const real* start, real* y) {
    static constexpr auto kernels = all_kernels(std::make_integer_sequence<int, vecs>());
    const int panels = divide_up(N, width);
    const int last_vecs = divide_up(N - (panels - 1) * width, lanes);
    const int tail_lanes = N - (panels - 1) * width - (last_vecs - 1) * lanes;

    // Vectors must not read past the last row: where the columns end inside of one, its panel is copied.
    Tensor padded;
    if (tail_lanes < lanes) {
        padded = Tensor({.h = K, .c = last_vecs * lanes});
        for (int t = 0; t < K; ++t)
            std::copy_n(b + std::ptrdiff_t{t} * N + (panels - 1) * width,
                        (last_vecs - 1) * lanes + tail_lanes, padded.view().pixel(0, t, 0));
    }

    // A task is a panel and some tiles of rows; work below a few microseconds stays on this thread.
    const int tiles = divide_up(M, rows), tiles_each = 4, blocks = divide_up(tiles, tiles_each);
    const auto task = [&](int index) {
        const int p = index / blocks, block = index % blocks;
        Panel panel{b + p * width, N, vecs, lanes};
        if (p == panels - 1) {
            panel.vecs = last_vecs;
            panel.tail_lanes = tail_lanes;
            if (tail_lanes < lanes) panel.data = padded.flat().data(), panel.next = last_vecs * lanes;
        }
        for (int first = 0; first < std::max(K, 1); first += deep)
            for (int t = block * tiles_each; t < std::min((block + 1) * tiles_each, tiles); ++t) {
                const int row = int(std::int64_t{M} * t / tiles);
                const int end = int(std::int64_t{M} * (t + 1) / tiles);
                const Left from_row{a.data + row * a.row_pitch, a.row_pitch, a.step};
                kernels[std::size_t(panel.vecs - 1)][std::size_t(end - row - 1)](
                    from_row, panel, first, std::min(deep, K - first), start ? start + p * width : nullptr,
                    y + std::ptrdiff_t{row} * N + p * width, N);
            }
    };
    if (std::int64_t{M} * N * K < 500'000)
        for (int i = 0; i < panels * blocks; ++i) task(i);
    else
        parallel_for(panels * blocks, task);
}

// rows x columns numbers, turned over.
Tensor transposed(const real* from, int rows, int columns) {
    Tensor to = Tensor::uninitialized({.h = columns, .c = rows});
    real* out = to.flat().data();
    for (int j = 0; j < columns; ++j)
        for (int i = 0; i < rows; ++i) *out++ = from[std::ptrdiff_t{i} * columns + j];
    return to;
}

// The view's own memory where it is contiguous, else a copy's.
struct Flat {
    explicit Flat(View view) : copy(view.contiguous() ? Tensor() : Tensor(view)) {
        data = view.contiguous() ? view.data : copy.flat().data();
    }
    Tensor copy;
    const real* data;
};

int inputs_of(const Shape& w) { return w.n * w.h * w.w; }

}  // namespace

void dense_into(View x, View w, View b, MutableView y) {
    dense_shape(x.shape, w.shape);
    const int N = x.shape.n, K = inputs_of(w.shape), O = w.shape.c;
    const Flat images(x), weights(w), bias(b);
    // y (N, O) = b + x (N, K) w (K, O)
    product(N, O, K, {images.data, K, 1}, weights.data, bias.data, y.data);
}

Tensor dense(View x, View w, View b) {
    Tensor y = Tensor::uninitialized(dense_shape(x.shape, w.shape));
    dense_into(x, w, b, y);
    return y;
}

Tensor dense_backward_input(View dy, View w, const Shape& x) {
    const int N = x.n, K = inputs_of(w.shape), O = w.shape.c;
    const Flat gradient(dy), weights(w);
    // dx^T (K, N) = w (K, O) dy^T (O, N)
    const Tensor turned = transposed(gradient.data, N, O);
    Tensor dx = Tensor::uninitialized({.h = K, .c = N});
    product(K, N, O, {weights.data, O, 1}, turned.flat().data(), nullptr, dx.flat().data());
    return transposed(dx.flat().data(), K, N).reshaped(x);
}

Tensor dense_backward_weights(View dy, View x, const Shape& w) {
    const int N = x.shape.n, K = inputs_of(w), O = w.c;
    const Flat gradient(dy), images(x);
    // dw (K, O) = x^T (K, N) dy (N, O)
    Tensor dw = Tensor::uninitialized(w);
    product(K, O, N, {images.data, 1, K}, gradient.data, nullptr, dw.flat().data());
    return dw;
}

}  // namespace cnn::optimized
