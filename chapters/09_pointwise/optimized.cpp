// A 1x1 convolution is a product of matrices, pixels x channels times channels x filters.
//
//   registers   a tile of 6 pixels x 4 vectors of filters: 10 loads serve 24 multiply-adds
//   panels      the filters lie in the order in which the tile reads them
//   blocks      pixels that meet one panel after the other stay in the second-level cache meanwhile
//   threads     each takes blocks and panels of its own, so no sum crosses threads
//   epilogue    bias, residual and activation while the sums are in registers
#include <algorithm>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/kernels/kernel_table.hpp"
#include "common/kernels/product.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "pointwise.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

// Sums, a row of filters and one number of x fill the registers.
constexpr int vecs = simd::registers >= 32 ? 4 : 2, width = vecs * lanes;
constexpr int tallest = (simd::registers - vecs - 1) / vecs;

// Tiles side by side under one panel of filters.
struct Tiles {
    int count;
    const real* x;
    std::ptrdiff_t x_pitch;
    const real* panel;
    int channels;
    real* y;
    std::ptrdiff_t y_pitch;
    int tail_lanes;  // filters of the last vector
    const real *bias, *residual;
    std::ptrdiff_t residual_pitch;
    Activation activation;
};
using Kernel = void (*)(const Tiles&);

// [kernel]
// y[0:pixels][0:wide] = activation(bias + sum over k of x[0:pixels][k] * panel[k][0:wide] + residual)
template <int pixels, int wide>
void filter(const Tiles& t) {
    for (int i = 0; i < t.count * pixels; i += pixels) {
        Tile<pixels, wide> sums;
        if (t.bias != nullptr)
            sums.start(t.bias, t.tail_lanes);
        else
            sums.zero();
        sums.add(t.x + i * t.x_pitch, t.x_pitch, 1, t.panel, width, t.channels);
        if (t.residual != nullptr)
            sums.add(t.residual + i * t.residual_pitch, t.residual_pitch, t.tail_lanes);
        sums.activate(t.activation);
        sums.store(t.y + i * t.y_pitch, t.y_pitch, t.tail_lanes);
    }
}
// [kernel]

constexpr auto kernels =
    kernel_table<tallest, vecs>([]<int pixels, int wide>() -> Kernel { return filter<pixels, wide>; });

}  // namespace

// [panels]
Tensor packed_panels(View w) {
    const int C = w.shape.w, F = w.shape.c;
    Tensor panels({.n = divide_up(F, width), .h = 1, .w = C, .c = width});
    for (int p = 0; p < panels.shape().n; ++p) {
        const int filters = std::min(width, F - p * width);
        for (int k = 0; k < C; ++k)
            std::copy_n(w.pixel(0, 0, k) + p * width, filters, panels.view().pixel(p, 0, k));
    }
    return panels;
}
// [panels]

// [blocks]
void pointwise_conv2d_packed(View x, const Tensor& panels, const Epilogue& epilogue, MutableView y) {
    require_epilogue("pointwise_conv2d", epilogue, y.shape);
    if (y.shape.size() == 0) return;
    const View bias = epilogue.bias;
    View residual = epilogue.residual;
    // Gather the pixels of a strided map whose lines are short: 7 pixels would be a tile of 6 and one of 1.
    Tensor gathered;
    if (!one_line(x) && x.shape.w < 2 * tallest) x = gathered = Tensor(x);
    // Where all pixels follow each other at one pitch, rows and images are one long line.
    if (one_line(x) && one_line(y) && (residual.empty() || one_line(residual))) {
        x = as_line(x), y = as_line(y);
        if (!residual.empty()) residual = as_line(residual);
    }
    // A block of pixels and a panel's results for it take a quarter of the second-level cache.
    const int C = x.shape.c, F = y.shape.c, line_tiles = divide_up(x.shape.w, tallest);
    const int tiles = x.rows() * line_tiles, tile_bytes = tallest * (C + width) * int(sizeof(real));
    const int in_cache = std::max(1, int(cache_bytes(2) / 4) / tile_bytes);
    const int blocks = divide_up(tiles, in_cache), panel_count = panels.shape().n;

    parallel_for(blocks * panel_count, [&](int task) {
        const int p = task % panel_count, f = p * width, filters = std::min(width, F - f);
        const int wide = divide_up(filters, lanes);
        const Range block = share_of(tiles, task / panel_count, blocks);
        // The whole tiles of a line in one call, and the one that is left.
        for (int at = block.begin, count; at < block.end; at += count) {
            const int line = at / line_tiles, j = at % line_tiles * tallest, left = x.shape.w - j;
            count = std::clamp(left / tallest, 1, block.end - at);
            kernels(std::min(tallest, left),
                    wide)({.count = count,
                           .x = x.row(line).pixel(0, 0, j),
                           .x_pitch = x.pixel_pitch,
                           .panel = panels.view().pixel(p, 0, 0),
                           .channels = C,
                           .y = y.row(line).pixel(0, 0, j) + f,
                           .y_pitch = y.pixel_pitch,
                           .tail_lanes = filters - (wide - 1) * lanes,
                           .bias = bias.empty() ? nullptr : bias.data + f,
                           .residual = residual.empty() ? nullptr : residual.row(line).pixel(0, 0, j) + f,
                           .residual_pitch = residual.pixel_pitch,
                           .activation = epilogue.activation});
        }
    });
}
// [blocks]

// [layer]
Tensor pointwise_conv2d(View x, View w, const Epilogue& epilogue) {
    Tensor y = Tensor::uninitialized(pointwise_shape(x.shape, w.shape));
    pointwise_conv2d_packed(x, packed_panels(w), epilogue, y);
    return y;
}
// [layer]

}  // namespace cnn::optimized
