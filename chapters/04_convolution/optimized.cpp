// A tile of outputs stays in registers over all taps; filters lie in the order in which it reads them.
#include "common/kernels/finite.hpp"
#include "common/kernels/kernel_table.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/parallel.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

// The accumulators of a tile, vecs filters and one pixel fill the registers.
constexpr int widest = simd::registers >= 32 ? 4 : 2;
constexpr int most_pixels(int vecs) { return std::min(14, (simd::registers - vecs - 1) / vecs); }

// What all tiles of a row share.
struct Row {
    std::ptrdiff_t row_pitch, pixel_pitch, tap_pitch;  // of the padded map; from output pixel to output pixel
    int rows, runs, length;                            // tap rows, runs of numbers in each, their length
    const real* bias;                                  // of the panel, or null
    int tail_lanes;                                    // filters in the panel's last vector
    Activation activation;
    std::ptrdiff_t y_pitch;
};

// [tile]
// y[p][f] = b[f] + sum over taps of x[p][tap] * w[tap][f], for some pixels of a row and a panel of filters
template <int pixels, int vecs>
void tile(const Row& row, const real* x, const real* w, real* y) {
    Tile<pixels, vecs> sums;
    if (row.bias != nullptr)
        sums.start(row.bias, row.tail_lanes);
    else
        sums.zero();
    for (int m = 0; m < row.rows; ++m)
        for (int run = 0; run < row.runs; ++run, w += row.length * sums.width)
            sums.add(x + m * row.row_pitch + run * row.tap_pitch, row.pixel_pitch, 1, w, sums.width,
                     row.length);
    sums.activate(row.activation);
    sums.store(y, row.y_pitch, row.tail_lanes);
}
// [tile]

using Kernel = void (*)(const Row&, const real*, const real*, real*);
constexpr auto kernels = kernel_table<14, widest>([]<int pixels, int vecs>() -> Kernel {
    if constexpr (pixels <= most_pixels(vecs)) return tile<pixels, vecs>;
    return nullptr;
});

// Filters first ... first + count - 1, of one group.
struct Panel {
    int group, first, count, vecs;
};

// Divides each group's filters evenly into panels of at most `widest` vectors.
std::vector<Panel> panels_of(const Shape& w, int groups) {
    const int filters = w.c / groups, vectors = divide_up(filters, lanes), parts = divide_up(vectors, widest);
    std::vector<Panel> panels;
    for (int g = 0; g < groups; ++g)
        for (int part = 0; part < parts; ++part) {
            const Range v = share_of(vectors, part, parts);
            const int first = v.begin * lanes, count = std::min(v.end * lanes, filters) - first;
            panels.push_back({g, g * filters + first, count, v.size()});
        }
    return panels;
}

// [pack]
// A panel as [kh][kw][channels][filters of the panel], zeros after its last filter.
Tensor packed(View w, const Panel& panel) {
    const auto [KH, KW, C, F] = w.shape;
    const int width = panel.vecs * lanes;
    Tensor filters = Tensor::uninitialized({.h = KH, .w = KW * C, .c = width});
    real* to = filters.flat().data();
    for (int m = 0; m < KH; ++m)
        for (int n = 0; n < KW; ++n)
            for (int k = 0; k < C; ++k, to += width) {
                std::copy_n(w.pixel(m, n, k) + panel.first, panel.count, to);
                std::fill(to + panel.count, to + width, real{0});
            }
    return filters;
}
// [pack]

}  // namespace

// [optimized]
Tensor conv2d(View x, View w, View b, const Convolution& layer) {
    Tensor y = Tensor::uninitialized(convolved_shape(x.shape, w.shape, layer));
    require_bias(b, w.shape);
    // The padding's zeros must not meet an infinite weight.
    if (!all_finite(w)) return naive::conv2d(x, w, b, layer);
    const auto [KH, KW, C, F] = w.shape;
    const Extent S = layer.stride;
    const Tensor padded = pad(x, {layer.padding, layer.mode});
    const View from = padded;
    const std::vector<Panel> panels = panels_of(w.shape, layer.groups);

    // A task packs one panel, which stays in its core's cache, and meets a share of the rows with it.
    const MutableView to = y;
    const int shares = divide_up(threads() == 1 ? 1 : 2 * threads(), int(panels.size()));
    parallel_for(int(panels.size()) * shares, [&, KH = KH, KW = KW, C = C](int task) {
        const Panel& panel = panels[std::size_t(task / shares)];
        const Tensor filters = packed(w, panel);
        // Without groups the taps of a row are one run of numbers.
        const bool one_run = layer.groups == 1;
        const Row row{.row_pitch = from.row_pitch,
                      .pixel_pitch = S.w * from.pixel_pitch,
                      .tap_pitch = from.pixel_pitch,
                      .rows = KH,
                      .runs = one_run ? 1 : KW,
                      .length = one_run ? KW * C : C,
                      .bias = b.empty() ? nullptr : b.data + panel.first,
                      .tail_lanes = panel.count - (panel.vecs - 1) * lanes,
                      .activation = layer.activation,
                      .y_pitch = to.pixel_pitch};
        const int tiles = divide_up(to.shape.w, most_pixels(panel.vecs));
        const Range mine = share_of(to.rows(), task % shares, shares);
        for (int r = mine.begin; r < mine.end; ++r)
            for (int t = 0; t < tiles; ++t) {
                const int n = r / to.shape.h, i = r % to.shape.h;
                const Range pixels = share_of(to.shape.w, t, tiles);
                kernels(pixels.size(), panel.vecs)(
                    row, from.pixel(n, i * S.h, pixels.begin * S.w) + panel.group * C, filters.flat().data(),
                    to.pixel(n, i, pixels.begin) + panel.first);
            }
    });
    return y;
}
// [optimized]

Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    return engine::conv2d_backward_input(dy, w, x, layer);
}

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    return engine::conv2d_backward_filters(dy, x, w, layer);
}

}  // namespace cnn::optimized
