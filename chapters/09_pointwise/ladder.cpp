// The steps from naive to optimized, each one change better than the one before: what a product of matrices
// needs.  Each adds x w to y; the frame around them starts y at the bias and ends it.
#include <algorithm>
#include <array>

#include "common/base/range.hpp"
#include "common/kernels/kernel_table.hpp"
#include "common/kernels/product.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/cache.hpp"
#include "pointwise.hpp"

namespace cnn {

using simd::lanes;

namespace {

// The layer around sums of a line of pixels: sum(x, w, y) adds to y.
template <class Sum>
Tensor layer(View x, View w, const Epilogue& epilogue, const Sum& sum) {
    Tensor y(pointwise_shape(x.shape, w.shape));
    require_epilogue("pointwise_conv2d", epilogue, y.shape());
    const Tensor pixels(x), residual = epilogue.residual.empty() ? Tensor() : Tensor(epilogue.residual);
    const auto out = as_line(y.view());
    if (!epilogue.bias.empty())
        for (int j = 0; j < out.shape.w; ++j)
            std::copy_n(epilogue.bias.data, out.shape.c, out.pixel(0, 0, j));
    sum(as_line(pixels.view()), w, out);
    for (std::size_t i = 0; i < y.flat().size(); ++i)
        y.flat()[i] = activated(epilogue.residual.empty() ? y.flat()[i] : y.flat()[i] + residual.flat()[i],
                                epilogue.activation);
    return y;
}

// [k_outside]
// A vector of filters at a time: channels outside, so that neighbours in memory are summed side by side.
void sum_k_outside(View x, View w, MutableView y) {
    for (int j = 0; j < x.shape.w; ++j) {
        real* sums = y.pixel(0, 0, j);
        for (int k = 0; k < x.shape.c; ++k) {
            const real pixel = x.pixel(0, 0, j)[k];
            const real* filters = w.pixel(0, 0, k);
            for (int f = 0; f < w.shape.c; ++f) sums[f] += pixel * filters[f];
        }
    }
}
// [k_outside]

constexpr int vecs = simd::registers >= 32 ? 4 : 2, width = vecs * lanes;
constexpr int tallest = (simd::registers - vecs - 1) / vecs;

// [register_tile]
// Sums of 6 pixels x 4 vectors of filters stay in registers over all channels.
void sum_in_registers(View x, View w, MutableView y) {
    const int pixels = x.shape.w / tallest * tallest, filters = w.shape.c / width * width;
    for (int f = 0; f < filters; f += width)
        for (int j = 0; j < pixels; j += tallest) {
            Tile<tallest, vecs> sums;
            sums.load(y.pixel(0, 0, j) + f, y.pixel_pitch);
            sums.add(x.pixel(0, 0, j), x.pixel_pitch, 1, w.data + f, w.pixel_pitch, x.shape.c);
            sums.store(y.pixel(0, 0, j) + f, y.pixel_pitch);
        }
    // The filters and the pixels that are left go as before.
    const int more_filters = w.shape.c - filters;
    const Extent rest{1, x.shape.w - pixels};
    sum_k_outside(x, w.channels(filters, more_filters), y.channels(filters, more_filters));
    sum_k_outside(x.window(0, pixels, rest), w.channels(0, filters),
                  y.window(0, pixels, rest).channels(0, filters));
}
// [register_tile]

// A tile of any size, of one panel; the last vector may hold less than a whole one.
using Kernel = void (*)(View x, int j, const real* panel, MutableView y, int f, int tail_lanes);
template <int pixels, int wide>
void tile(View x, int j, const real* panel, MutableView y, int f, int tail_lanes) {
    Tile<pixels, wide> sums;
    sums.load(y.pixel(0, 0, j) + f, y.pixel_pitch, tail_lanes);
    sums.add(x.pixel(0, 0, j), x.pixel_pitch, 1, panel, width, x.shape.c);
    sums.store(y.pixel(0, 0, j) + f, y.pixel_pitch, tail_lanes);
}
constexpr auto kernels =
    kernel_table<tallest, vecs>([]<int pixels, int wide>() -> Kernel { return tile<pixels, wide>; });

// Some pixels under one panel.
void sum_under_panel(View x, Range pixels, const Tensor& panels, int p, MutableView y) {
    const int f = p * width, filters = std::min(width, y.shape.c - f), wide = divide_up(filters, lanes);
    for (int j = pixels.begin; j < pixels.end; j += tallest)
        kernels(std::min(tallest, pixels.end - j), wide)(x, j, panels.view().pixel(p, 0, 0), y, f,
                                                         filters - (wide - 1) * lanes);
}

// [packed]
// Filters are packed: a tile reads one panel from its first number to its last.
void sum_packed(View x, View w, MutableView y) {
    const Tensor panels = optimized::packed_panels(w);
    for (int p = 0; p < panels.shape().n; ++p) sum_under_panel(x, {0, x.shape.w}, panels, p, y);
}
// [packed]

// [blocked]
// A block of pixels meets all panels before the next block comes.
void sum_blocked(View x, View w, MutableView y) {
    const Tensor panels = optimized::packed_panels(w);
    const int tile_bytes = tallest * (x.shape.c + width) * int(sizeof(real));
    const int block = tallest * std::max(1, int(cache_bytes(2) / 4) / tile_bytes);
    for (int first = 0; first < x.shape.w; first += block)
        for (int p = 0; p < panels.shape().n; ++p)
            sum_under_panel(x, {first, std::min(first + block, x.shape.w)}, panels, p, y);
}
// [blocked]

template <void (*sum)(View, View, MutableView)>
Tensor rung(View x, View w, const Epilogue& epilogue) {
    return layer(x, w, epilogue, sum);
}

}  // namespace

std::span<const Rung<Tensor(View, View, const Epilogue&)>> pointwise_ladder() {
    static constexpr std::array<Rung<Tensor(View, View, const Epilogue&)>, 4> rungs{{
        {"k outside", "The loop over channels goes outside, so that a vector of filters is summed at once.",
         rung<sum_k_outside>},
        {"a register tile", "The sums of a few pixels and filters stay in registers over all channels.",
         rung<sum_in_registers>},
        {"packed panels", "The filters are packed into panels, in the order in which the tile reads them.",
         rung<sum_packed>},
        {"blocks", "A block of pixels that fits the cache meets all panels before the next one comes.",
         rung<sum_blocked>},
    }};
    return rungs;
}

}  // namespace cnn
