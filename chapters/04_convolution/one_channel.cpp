// One input channel and few filters: every pixel is written down once for each filter.
//
// Then the numbers that make y's row, pixel after pixel and filter after filter, lie in the order of y
// itself: y[q] = sum over taps of x[q + l filters] w[q mod filters], and the lanes hold consecutive q.  All
// of them work.
#include <algorithm>
#include <array>
#include <utility>

#include "common/parallel.hpp"
#include "common/simd.hpp"
#include "narrow.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

constexpr int most_columns = 7, rows_at_once = 8;
constexpr int images_each =
    8;  // whose gradients one task adds up: fixed, so that sums never depend on threads

/// One padded image whose pixels stand `filters` times each.
struct Repeated {
    Tensor numbers;
    std::ptrdiff_t next_row;

    Repeated(int height, int width, int filters)
        : numbers({.h = height, .w = 1, .c = width * filters + 2 * lanes}), next_row(numbers.shape().c) {}

    // Overlapping stores: each writes a whole vector, and the next pixel's puts its tail right.
    void fill(View x, int n, int filters, Sides padding) {
        for (int i = 0; i < x.shape.h; ++i) {
            const int row = i + padding.top;
            if (row < 0 || row >= numbers.shape().h) continue;
            real* to = numbers.flat().data() + row * next_row;
            const int first = std::max(0, -padding.left);
            const int end = std::min(x.shape.w, int(next_row - 2 * lanes) / filters - padding.left);
            for (int j = first; j < end; ++j)
                vec::broadcast(*x.pixel(n, i, j)).store(to + (j + padding.left) * filters);
            if (first < end) vec{}.store(to + (end + padding.left) * filters);
        }
    }
    const real* row(int i) const { return numbers.flat().data() + i * next_row; }
};

// `length` numbers again and again, so that a vector may start at any of them.
Tensor cycled(const real* from, int count, int length) {
    Tensor to = Tensor::unset({.h = count, .c = length + lanes});
    for (int t = 0; t < count; ++t)
        for (int q = 0; q < length + lanes; ++q)
            to(0, t, 0, q) = from ? from[t * length + q % length] : real{0};
    return to;
}

// [repeated]
// rows x one vector of y, at numbers q of each row: x is the first tap's input there, w its weights there.
template <int rows>
void tile(const real* x, std::ptrdiff_t next_row, const real* w, std::ptrdiff_t next_tap, Shape kernel,
          const real* bias, bool relu, int count, real* y, std::ptrdiff_t y_next_row) {
    vec sum[rows];
    for (vec& s : sum) s = vec::load(bias);
    for (int m = 0; m < kernel.n; ++m)
        for (int l = 0; l < kernel.h; ++l, w += next_tap) {
            const vec weight = vec::load(w);
            for (int r = 0; r < rows; ++r)
                sum[r] = fma(vec::load(x + (r + m) * next_row + l * kernel.c), weight, sum[r]);
        }
    for (int r = 0; r < rows; ++r) {
        if (relu) sum[r] = max(sum[r], vec{});
        if (count == lanes)
            sum[r].store(y + r * y_next_row);
        else
            sum[r].store_first(count, y + r * y_next_row);
    }
}
// [repeated]

template <int... rows>
constexpr auto all_tiles(std::integer_sequence<int, rows...>) {
    return std::array{tile<rows + 1>...};
}
constexpr auto tiles = all_tiles(std::make_integer_sequence<int, rows_at_once>());

// sum[m][l] += x[q + l filters] dy[q] for some rows of taps, over all vectors of one phase: q = from, from +
// step, ...
template <int rows, int columns>
void gather(const Repeated& x, View dy, int n, int m, int from, int step, vec* to) {
    const int filters = dy.shape.c, length = dy.shape.w * filters;
    vec sum[rows][columns] = {};
    for (int i = 0; i < dy.shape.h; ++i) {
        const real* gradient = dy.pixel(n, i, 0);
        const real* in = x.row(i + m);
        const auto add = [&](int q, vec d) {
            for (int r = 0; r < rows; ++r)
                for (int l = 0; l < columns; ++l)
                    sum[r][l] = fma(vec::load(in + r * x.next_row + q + l * filters), d, sum[r][l]);
        };
        int q = from;
        for (; q + lanes <= length; q += step) add(q, vec::load(gradient + q));
        if (q < length) add(q, vec::load_first(length - q, gradient + q));
    }
    for (int r = 0; r < rows; ++r)
        for (int l = 0; l < columns; ++l) to[r * columns + l] = sum[r][l];
}

template <int rows, int... columns>
constexpr auto all_gathers(std::integer_sequence<int, columns...>) {
    return std::array{gather<rows, columns + 1>...};
}
constexpr std::array gathers = {all_gathers<1>(std::make_integer_sequence<int, most_columns>()),
                                all_gathers<2>(std::make_integer_sequence<int, most_columns>())};

}  // namespace

bool one_channel(const Shape& w, const Convolution& layer) {
    return w.w == 1 && 2 * w.c <= lanes && w.h <= most_columns && layer.groups == 1 &&
           layer.stride == Extent(1) && (layer.mode == PaddingMode::constant || layer.padding == Sides(0));
}

void one_channel_into(View x, View w, View b, const Convolution& layer, MutableView y) {
    const int filters = w.shape.c, length = y.shape.w * filters, taps = w.shape.n * w.shape.h;
    const Tensor flat(w), weights = cycled(flat.flat().data(), taps, filters);
    const Tensor bias = cycled(b.data, 1, filters);
    parallel_for((y.shape.n + images_each - 1) / images_each, [&](int block) {
        Repeated repeated(y.shape.h + w.shape.n - 1, y.shape.w + w.shape.h - 1, filters);
        for (int n = block * images_each; n < std::min(y.shape.n, (block + 1) * images_each); ++n) {
            repeated.fill(x, n, filters, layer.padding);
            for (int i = 0; i < y.shape.h; i += rows_at_once)
                for (int q = 0; q < length; q += lanes) {
                    const int rows = std::min(rows_at_once, y.shape.h - i), phase = q % filters;
                    tiles[std::size_t(rows - 1)](
                        repeated.row(i) + q, repeated.next_row, weights.flat().data() + phase,
                        weights.shape().c, w.shape, bias.flat().data() + phase, layer.relu,
                        std::min(lanes, length - q), y.pixel(n, i, 0) + q, y.next_row);
                }
        }
    });
}

Tensor one_channel_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    const int filters = w.c, N = x.shape.n, blocks = (N + images_each - 1) / images_each;
    int phases = 1;  // vectors until one starts at filter 0 again
    while (phases * lanes % filters != 0) ++phases;

    Tensor parts({blocks, w.n, w.h, w.c});
    parallel_for(blocks, [&](int block) {
        Repeated repeated(dy.shape.h + w.n - 1, dy.shape.w + w.h - 1, filters);
        for (int n = block * images_each; n < std::min(N, (block + 1) * images_each); ++n) {
            repeated.fill(x, n, filters, layer.padding);
            for (int phase = 0; phase < phases; ++phase)
                for (int m = 0; m < w.n; m += 2) {
                    const int rows = std::min(2, w.n - m);
                    vec sums[2 * most_columns];
                    gathers[std::size_t(rows - 1)][std::size_t(w.h - 1)](repeated, dy, n, m, phase * lanes,
                                                                         phases * lanes, sums);
                    for (int t = 0; t < rows * w.h; ++t)
                        for (int q = 0; q < lanes; ++q)
                            parts(block, m + t / w.h, t % w.h, (phase * lanes + q) % filters) += sums[t].v[q];
                }
        }
    });

    Tensor dw(w);
    for (int block = 0; block < blocks; ++block)
        for (std::size_t k = 0; k < dw.flat().size(); ++k)
            dw.flat()[k] += parts.flat()[std::size_t(block) * dw.flat().size() + k];
    return dw;
}

}  // namespace cnn::optimized
