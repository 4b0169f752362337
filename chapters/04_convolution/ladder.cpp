// The steps from naive to optimized, each one change better than the one before.
#include <array>

#include "common/kernels/tile.hpp"
#include "convolution.hpp"

namespace cnn {

using simd::lanes, simd::vec;

namespace {

constexpr int tile_pixels = 6, tile_vecs = simd::registers >= 32 ? 4 : 2;

// The activation of a whole map.
void activate(Tensor& y, Activation activation) {
    for (real& value : y.flat()) value = activated(value, activation);
}

// A map that starts as the bias.
Tensor biased(const Shape& shape, View b) {
    Tensor y(shape);
    if (!b.empty())
        for (std::size_t i = 0; i < y.flat().size(); ++i) y.flat()[i] = b.data[i % std::size_t(shape.c)];
    return y;
}

// [innermost]
// Both w(m, n, k, f) and y(i, j, f) lie in the order of f, so f becomes the innermost loop.
Tensor filters_innermost(View x, View w, View b, const Convolution& layer) {
    Tensor y = biased(convolved_shape(x.shape, w.shape, layer), b);
    const auto [KH, KW, C, F] = w.shape;
    const Extent S = layer.stride;
    const Tensor padded = optimized::pad(x, {layer.padding, layer.mode});
    const int filters = F / layer.groups;
    for (int row = 0; row < y.view().rows(); ++row)
        for (int j = 0; j < y.shape().w; ++j)
            for (int g = 0; g < layer.groups; ++g)
                for (int m = 0; m < KH; ++m)
                    for (int n = 0; n < KW; ++n)
                        for (int k = 0; k < C; ++k) {
                            const int i = row % y.shape().h;
                            const real pixel =
                                padded.view().pixel(row / y.shape().h, i * S.h + m, j * S.w + n)[g * C + k];
                            const real* from = w.pixel(m, n, k) + g * filters;
                            real* to = y.view().row(row).pixel(0, 0, j) + g * filters;
                            for (int f = 0; f < filters; ++f) to[f] += pixel * from[f];
                        }
    activate(y, layer.activation);
    return y;
}
// [innermost]

// Calls body(image, output row, group, first filter, filters) for vectors of filters, the last one cut.
template <class Body>
void for_each_vector(const Shape& y, int groups, int step, const Body& body) {
    const int filters = y.c / groups;
    for (int n = 0; n < y.n; ++n)
        for (int i = 0; i < y.h; ++i)
            for (int g = 0; g < groups; ++g)
                for (int f = 0; f < filters; f += step)
                    body(n, i, g, g * filters + f, std::min(step, filters - f));
}

// One pixel's sums for up to a vector of filters, held in a register over all taps.
void sum_vector(const real* x, std::ptrdiff_t row_pitch, std::ptrdiff_t pixel_pitch, View w, int f, int count,
                real* y) {
    vec sum = vec::load_first(count, y);
    for (int m = 0; m < w.shape.n; ++m)
        for (int n = 0; n < w.shape.h; ++n)
            for (int k = 0; k < w.shape.w; ++k) {
                const real* filters = w.pixel(m, n, k) + f;
                sum = fma(x[m * row_pitch + n * pixel_pitch + k],
                          count == lanes ? vec::load(filters) : vec::load_first(count, filters), sum);
            }
    sum.store_first(count, y);
}

// [vector]
// A vector of sums stays in a register over all taps, and is stored once.
Tensor vector_of_filters(View x, View w, View b, const Convolution& layer) {
    Tensor y = biased(convolved_shape(x.shape, w.shape, layer), b);
    const Extent S = layer.stride;
    const Tensor padded = optimized::pad(x, {layer.padding, layer.mode});
    const View from = padded;
    for_each_vector(y.shape(), layer.groups, lanes, [&](int n, int i, int g, int f, int count) {
        for (int j = 0; j < y.shape().w; ++j)
            sum_vector(from.pixel(n, i * S.h, j * S.w) + g * w.shape.w, from.row_pitch, from.pixel_pitch, w,
                       f, count, y.view().pixel(n, i, j) + f);
    });
    activate(y, layer.activation);
    return y;
}
// [vector]

// [tile]
// Pixels x vectors of filters: each vector of w that is loaded meets all pixels of the tile.
Tensor register_tile(View x, View w, View b, const Convolution& layer) {
    Tensor y = biased(convolved_shape(x.shape, w.shape, layer), b);
    const auto [KH, KW, C, F] = w.shape;
    const Extent S = layer.stride;
    const Tensor padded = optimized::pad(x, {layer.padding, layer.mode});
    const View from = padded;
    const MutableView to = y;
    constexpr int width = tile_vecs * lanes;
    for_each_vector(
        y.shape(), layer.groups, width,
        [&, KH = KH, KW = KW, C = C](int image, int i, int g, int f, int count) {
            int j = 0;
            for (; count == width && j + tile_pixels <= to.shape.w; j += tile_pixels) {
                const real* window = from.pixel(image, i * S.h, j * S.w) + g * C;
                real* sums_at = to.pixel(image, i, j) + f;
                Tile<tile_pixels, tile_vecs> sums;
                sums.load(sums_at, to.pixel_pitch);
                for (int m = 0; m < KH; ++m)
                    for (int n = 0; n < KW; ++n)
                        sums.add(window + m * from.row_pitch + n * from.pixel_pitch, S.w * from.pixel_pitch,
                                 1, w.pixel(m, n, 0) + f, w.pixel_pitch, C);
                sums.store(sums_at, to.pixel_pitch);
            }
            // Pixels and filters that do not fill a tile.
            for (; j < to.shape.w; ++j)
                for (int v = 0; v < count; v += lanes)
                    sum_vector(from.pixel(image, i * S.h, j * S.w) + g * C, from.row_pitch, from.pixel_pitch,
                               w, f + v, std::min(lanes, count - v), to.pixel(image, i, j) + f + v);
        });
    activate(y, layer.activation);
    return y;
}
// [tile]

}  // namespace

std::span<const Rung<Conv2dFunction>> convolution_ladder() {
    static constexpr std::array<Rung<Conv2dFunction>, 5> rungs{{
        {"naive", "seven loops in the formula's order", naive::conv2d},
        {"filters innermost", "the innermost loop walks memory in order, so compilers vectorize it",
         filters_innermost},
        {"a vector of filters", "a vector of sums stays in a register over all taps", vector_of_filters},
        {"a register tile", "a vector of filters, loaded once, meets several pixels", register_tile},
        {"packed panels", "filters lie in the order in which the tile reads them, cut evenly into tiles",
         optimized::conv2d},
    }};
    return rungs;
}

}  // namespace cnn
