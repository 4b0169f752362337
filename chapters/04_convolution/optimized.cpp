// A tile of outputs stays in registers over all taps; filters lie in the order in which it reads them.
#include <memory>

#include "common/base/error.hpp"
#include "common/kernels/finite.hpp"
#include "common/kernels/kernel_table.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/cache.hpp"
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
    Activation activation;
    std::ptrdiff_t y_pitch;
    const real* bias = nullptr;  // of the panel, or null
    int tail_lanes = lanes;      // filters in the panel's last vector
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

// [pack]
// Filters first ... first + count - 1, of one group, as [kh][kw][channels][filters of the panel]: in the
// order in which a tile reads them, zeros after the last.
struct Panel {
    int group, first, count, vecs;
    Tensor filters = {};

    void pack(View w) {
        const auto [KH, KW, C, F] = w.shape;
        const int width = vecs * lanes;
        filters = Tensor::uninitialized({.h = KH, .w = KW * C, .c = width});
        real* to = filters.flat().data();
        for (int m = 0; m < KH; ++m)
            for (int n = 0; n < KW; ++n)
                for (int k = 0; k < C; ++k, to += width) {
                    std::copy_n(w.pixel(m, n, k) + first, count, to);
                    std::fill(to + count, to + width, real{0});
                }
    }
};
// [pack]

// Divides each group's filters evenly into panels of at most `widest` vectors, which the second cache holds.
std::vector<Panel> packed_panels(View w, int groups) {
    const std::int64_t bytes = std::int64_t(w.shape.h) * w.shape.w * w.shape.c * lanes * sizeof(real);
    const int held = int(std::clamp(cache_bytes(2) / bytes, std::int64_t{1}, std::int64_t{widest}));
    const int filters = w.shape.c / groups, vectors = divide_up(filters, lanes),
              parts = divide_up(vectors, held);
    std::vector<Panel> panels;
    for (int g = 0; g < groups; ++g)
        for (int part = 0; part < parts; ++part) {
            const Range v = share_of(vectors, part, parts);
            const int first = v.begin * lanes, count = std::min(v.end * lanes, filters) - first;
            panels.push_back({g, g * filters + first, count, v.size()});
        }
    parallel_for(int(panels.size()), [&](int p) { panels[std::size_t(p)].pack(w); });
    return panels;
}

}  // namespace

// [optimized]
Prepared prepared_conv2d(View w, View b, const Convolution& layer) {
    require_bias(b, w.shape);
    // The padding's zeros must not meet an infinite weight.
    if (!all_finite(w)) return [=](View x, MutableView y) { copy(naive::conv2d(x, w, b, layer), y); };
    const auto panels = std::make_shared<const std::vector<Panel>>(packed_panels(w, layer.groups));
    return [=, filters = w.shape](View x, MutableView y) {
        const Shape convolved = convolved_shape(x.shape, filters, layer);
        require(y.shape == convolved, "conv2d: the result is ", y.shape, ", it must be ", convolved);
        const auto [KH, KW, C, F] = filters;
        const Extent S = layer.stride;
        const Tensor padded = pad(x, {layer.padding, layer.mode});
        const View from = padded;
        // Without groups the taps of a row are one run of numbers.
        const bool one_run = layer.groups == 1;
        const Row shared{.row_pitch = from.row_pitch,
                         .pixel_pitch = S.w * from.pixel_pitch,
                         .tap_pitch = from.pixel_pitch,
                         .rows = KH,
                         .runs = one_run ? 1 : KW,
                         .length = one_run ? KW * C : C,
                         .activation = layer.activation,
                         .y_pitch = y.pixel_pitch};

        // A task meets a share of the rows with one panel, which stays in its core's cache.
        const int shares = divide_up(threads() == 1 ? 1 : 2 * threads(), int(panels->size()));
        parallel_for(int(panels->size()) * shares, [&, C = C](int task) {
            const Panel& panel = (*panels)[std::size_t(task / shares)];
            Row row = shared;
            row.bias = b.empty() ? nullptr : b.data + panel.first;
            row.tail_lanes = panel.count - (panel.vecs - 1) * lanes;
            const int tiles = divide_up(y.shape.w, most_pixels(panel.vecs));
            const Range mine = share_of(y.rows(), task % shares, shares);
            for (int r = mine.begin; r < mine.end; ++r)
                for (int t = 0; t < tiles; ++t) {
                    const int n = r / y.shape.h, i = r % y.shape.h;
                    const Range pixels = share_of(y.shape.w, t, tiles);
                    kernels(pixels.size(), panel.vecs)(
                        row, from.pixel(n, i * S.h, pixels.begin * S.w) + panel.group * C,
                        panel.filters.view().data, y.pixel(n, i, pixels.begin) + panel.first);
                }
        });
    };
}

Tensor conv2d(View x, View w, View b, const Convolution& layer) {
    Tensor y = Tensor::uninitialized(convolved_shape(x.shape, w.shape, layer));
    prepared_conv2d(w, b, layer)(x, y);
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
