// One input channel and few filters: every pixel is written down once for each filter.
//
// Then the numbers that make y's row, pixel after pixel and filter after filter, lie in the order of y
// itself: y[q] = sum over taps of x[q + l filters] w[q mod filters], and the lanes hold consecutive q.  All
// of them work.
#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>

#include "common/base/range.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/parallel.hpp"
#include "narrow.hpp"
#include "repeated.hpp"

namespace cnn::engine::convolution {

using simd::lanes, simd::vec;

namespace {

constexpr int most_taps = 7;                               // along one axis
constexpr int most_rows = simd::registers >= 32 ? 14 : 7;  // of y in one tile
constexpr int rows_together = 3;                           // of dy, whose gradients share the loads of x
constexpr int images_each = 8;  // of a task, which adds up their gradients: sums never depend on threads

// Rows of taps whose sums fit the registers, beside rows_together vectors of dy and one of x.
constexpr int taps_together(int columns) {
    return std::min(most_taps, (simd::registers - rows_together - 1) / columns);
}

// `length` numbers again and again, so that a vector may start at any of them.
Tensor cycled(const real* from, int count, int length) {
    Tensor to = Tensor::uninitialized({.h = count, .c = length + lanes});
    for (int t = 0; t < count; ++t)
        for (int q = 0; q < length + lanes; ++q)
            to(0, t, 0, q) = from ? from[t * length + q % length] : real{0};
    return to;
}

// [repeated]
// rows x one vector of y, at numbers q of each row: x is the first tap's input there, w its weights there.
// A row of x that is loaded serves all rows of y that see it.
template <int rows, int kh>
void tile(const real* x, std::ptrdiff_t row_pitch, const real* w, std::ptrdiff_t tap_pitch, int kw,
          int filters, const real* bias, Activation activation, int count, real* y,
          std::ptrdiff_t y_row_pitch) {
    Tile<rows, 1> sums;
    sums.start(bias);
    for (int l = 0; l < kw; ++l) {
        vec weight[kh], in;
        for (int m = 0; m < kh; ++m) weight[m] = vec::load(w + (m * kw + l) * tap_pitch);
        unroll<rows + kh - 1, kh>([&](int i, int m) __attribute__((always_inline)) {
            if (m == 0) in = vec::load(x + i * row_pitch + l * filters);
            const int r = i - m;
            if (0 <= r && r < rows) sums.sum[r][0] = fma(in, weight[m], sums.sum[r][0]);
        });
    }
    sums.activate(activation);
    sums.store(y, y_row_pitch, count);
}
// [repeated]

// Of most_rows and of half as many, again and again; for kernels of 1, 2, 3, ... rows.
template <int rows, int... kh>
constexpr auto of_rows(std::integer_sequence<int, kh...>) {
    return std::array{tile<rows, kh + 1>...};
}
template <int... halvings>
constexpr auto all_tiles(std::integer_sequence<int, halvings...>) {
    return std::array{of_rows<(most_rows >> halvings)>(std::make_integer_sequence<int, most_taps>())...};
}
constexpr auto tiles = all_tiles(std::make_integer_sequence<int, std::bit_width(unsigned(most_rows))>());

// sum[m][l] += x[q + l filters] dy[q] for some rows of taps, over all vectors of one phase: q = from, from +
// step, ...
template <int taps, int columns>
void gather(const Repeated& x, View dy, int n, int m, int from, int step, real* to) {
    const int filters = dy.shape.c, length = dy.shape.w * filters;
    Tile<taps, columns> sums;
    sums.load(to, sums.width);
    const auto add = [&]<int rows>(int i, int q) __attribute__((always_inline)) {
        const real* gradient = dy.pixel(n, i, 0) + q;
        vec d[rows], in;
        for (int r = 0; r < rows; ++r, gradient += dy.row_pitch)
            d[r] = q + lanes <= length ? vec::load(gradient) : vec::load_first(length - q, gradient);
        const real* pixels = x.row(i + m) + q;
        unroll<columns, 1>([&](int l, int) __attribute__((always_inline)) {
            unroll<taps + rows - 1, rows>([&](int row, int r) __attribute__((always_inline)) {
                if (r == 0) in = vec::load(pixels + row * x.row_pitch() + l * filters);
                const int t = row - r;
                if (0 <= t && t < taps) sums.sum[t][l] = fma(in, d[r], sums.sum[t][l]);
            });
        });
    };
    for (int q = from; q < length; q += step) {
        int i = 0;
        for (; i + rows_together <= dy.shape.h; i += rows_together)
            add.template operator()<rows_together>(i, q);
        for (; i < dy.shape.h; ++i) add.template operator()<1>(i, q);
    }
    sums.store(to, sums.width);
}

template <int columns, int... taps>
constexpr auto of_columns(std::integer_sequence<int, taps...>) {
    return std::array<decltype(&gather<1, 1>), most_taps>{gather<taps + 1, columns>...};
}
template <int... columns>
constexpr auto all_gathers(std::integer_sequence<int, columns...>) {
    return std::array{
        of_columns<columns + 1>(std::make_integer_sequence<int, taps_together(columns + 1)>())...};
}
constexpr auto gathers = all_gathers(std::make_integer_sequence<int, most_taps>());

}  // namespace

bool one_channel(const Shape& w, const Convolution& layer) {
    return w.w == 1 && 2 * w.c <= lanes && std::max(w.n, w.h) <= most_taps && layer.groups == 1 &&
           layer.stride == Extent(1) && (layer.mode == PaddingMode::constant || layer.padding == Sides(0));
}

void one_channel_into(View x, View w, View b, const Convolution& layer, MutableView y) {
    const int filters = w.shape.c, length = y.shape.w * filters, taps = w.shape.n * w.shape.h;
    const Tensor flat(w), weights = cycled(flat.flat().data(), taps, filters);
    const Tensor bias = cycled(b.data, 1, filters);
    parallel_for(divide_up(y.shape.n, images_each), [&](int block) {
        Repeated repeated({y.shape.h + w.shape.n - 1, y.shape.w + w.shape.h - 1}, filters);
        for (int n = block * images_each; n < std::min(y.shape.n, (block + 1) * images_each); ++n) {
            repeated.fill(x, n, layer.padding);
            for (int i = 0, rows = 0; i < y.shape.h; i += rows) {
                int halvings = 0;
                while (most_rows >> halvings > y.shape.h - i) ++halvings;
                rows = most_rows >> halvings;
                for (int k = 0; k < length; k += lanes) {
                    // The last vector overlaps the one before it.
                    const int q = std::max(0, std::min(k, length - lanes)), phase = q % filters;
                    tiles[std::size_t(halvings)][std::size_t(w.shape.n - 1)](
                        repeated.row(i) + q, repeated.row_pitch(), weights.flat().data() + phase,
                        weights.shape().c, w.shape.h, filters, bias.flat().data() + phase, layer.activation,
                        std::min(lanes, length), y.pixel(n, i, 0) + q, y.row_pitch);
                }
            }
        }
    });
}

Tensor one_channel_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    const int filters = w.c, N = x.shape.n, blocks = divide_up(N, images_each);
    const int phases = std::lcm(filters, lanes) / lanes;  // vectors until one starts at filter 0 again

    // A vector of sums for each block of images, phase and tap.
    Tensor parts({blocks, phases, w.n * w.h, lanes});
    parallel_for(blocks, [&, sums = parts.view()](int block) {
        Repeated repeated({dy.shape.h + w.n - 1, dy.shape.w + w.h - 1}, filters);
        for (int n = block * images_each; n < std::min(N, (block + 1) * images_each); ++n) {
            repeated.fill(x, n, layer.padding);
            for (int phase = 0; phase < phases; ++phase)
                for (int m = 0, taps = 0; m < w.n; m += taps) {
                    taps = std::min(taps_together(w.h), w.n - m);
                    gathers[std::size_t(w.h - 1)][std::size_t(taps - 1)](
                        repeated, dy, n, m, phase * lanes, phases * lanes, sums.pixel(block, phase, m * w.h));
                }
        }
    });

    Tensor dw(w);
    for (int block = 0; block < blocks; ++block)
        for (int phase = 0; phase < phases; ++phase)
            for (int t = 0; t < w.n * w.h; ++t)
                for (int q = 0; q < lanes; ++q)
                    dw(t / w.h, t % w.h, 0, (phase * lanes + q) % filters) += parts(block, phase, t, q);
    return dw;
}

}  // namespace cnn::engine::convolution
