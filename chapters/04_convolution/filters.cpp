/// @file  The gradient for the filters: every tap's products of input channels and output channels, summed
/// over pixels.
#include <array>
#include <utility>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/tile.hpp"
#include "convolution.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

constexpr int most_vecs = simd::registers >= 32 ? 4 : 2;
constexpr int most_channels = 6;

int divide_up(int a, int b) { return (a + b - 1) / b; }

struct Stream {
    const real *x, *dy;
    std::ptrdiff_t x_image, x_row, x_pixel, dy_image, dy_row, dy_pixel;
    int images, rows, pixels;
    real* dw;
    std::ptrdiff_t next_channel;
    int last;
};

template <int channels, int vecs>
void kernel(const Stream& s) {
    Tile<channels, vecs> tile;
    tile.zero();
    for (int n = 0; n < s.images; ++n)
        for (int i = 0; i < s.rows; ++i)
            tile.add(s.x + n * s.x_image + i * s.x_row, 1, s.x_pixel, s.dy + n * s.dy_image + i * s.dy_row,
                     s.dy_pixel, s.pixels);
    tile.store(s.dw, s.next_channel, s.last);
}

using Kernel = void (*)(const Stream&);
template <int vecs, std::size_t... i>
constexpr std::array<Kernel, most_channels> of_width(std::index_sequence<i...>) {
    return {kernel<int(i) + 1, vecs>...};
}
template <std::size_t... v>
constexpr std::array<std::array<Kernel, most_channels>, most_vecs> all_kernels(std::index_sequence<v...>) {
    return {of_width<int(v) + 1>(std::make_index_sequence<most_channels>())...};
}
constexpr auto kernels = all_kernels(std::make_index_sequence<most_vecs>());

/// The outputs whose tap lies inside of the input: first and end.
std::pair<int, int> seen(int tap, int before, int stride, int inputs, int outputs) {
    const int first = std::min(outputs, before > tap ? divide_up(before - tap, stride) : 0);
    const int room = inputs + before - tap;
    return {first, std::max(first, std::min(outputs, room > 0 ? divide_up(room, stride) : 0))};
}

}  // namespace

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x.shape, w, layer));
    if (layer.mode != PaddingMode::constant && layer.padding != Sides(0)) {
        Convolution inner = layer;
        inner.padding = 0;
        inner.mode = PaddingMode::constant;
        return conv2d_backward_filters(dy, pad(x, {layer.padding, layer.mode}), w, inner);
    }

    // The kernel loads whole vectors: let it find memory behind the last pixel.
    const int filters = w.c / layer.groups;
    Tensor roomy;
    if (filters % lanes != 0) {
        roomy = Tensor({.c = int(dy.shape.size()) + lanes});
        const std::ptrdiff_t c = dy.shape.c;
        const MutableView inner{roomy.flat().data(), dy.shape, c * dy.shape.w * dy.shape.h, c * dy.shape.w,
                                c};
        copy(dy, inner);
        dy = inner;
    }

    Tensor dw(w);
    const int panels = divide_up(divide_up(filters, lanes), most_vecs);
    parallel_for(w.n * w.h * layer.groups * panels, [&](int task) {
        const int panel = task % panels, g = task / panels % layer.groups, tap = task / panels / layer.groups;
        const int m = tap / w.h, l = tap % w.h;
        const auto [i, end_i] = seen(m, layer.padding.top, layer.stride.h, x.shape.h, dy.shape.h);
        const auto [j, end_j] = seen(l, layer.padding.left, layer.stride.w, x.shape.w, dy.shape.w);
        if (i == end_i || j == end_j) return;
        const int f = panel * most_vecs * lanes, count = std::min(most_vecs * lanes, filters - f);
        const int vecs = divide_up(count, lanes);
        for (int k = 0; k < w.w; k += most_channels) {
            const int channels = std::min(most_channels, w.w - k);
            kernels[std::size_t(vecs - 1)][std::size_t(channels - 1)](
                {.x = x.pixel(0, i * layer.stride.h - layer.padding.top + m,
                              j * layer.stride.w - layer.padding.left + l) +
                      g * w.w + k,
                 .dy = dy.pixel(0, i, j) + g * filters + f,
                 .x_image = x.next_image,
                 .x_row = layer.stride.h * x.next_row,
                 .x_pixel = layer.stride.w * x.next_pixel,
                 .dy_image = dy.next_image,
                 .dy_row = dy.next_row,
                 .dy_pixel = dy.next_pixel,
                 .images = x.shape.n,
                 .rows = end_i - i,
                 .pixels = end_j - j,
                 .dw = &dw(m, l, k, g * filters + f),
                 .next_channel = w.c,
                 .last = count - (vecs - 1) * lanes});
        }
    });
    return dw;
}

}  // namespace cnn::optimized
