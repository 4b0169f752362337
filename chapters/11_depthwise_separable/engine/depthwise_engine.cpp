// The layer around the tiles: checks, channel multipliers, results in memory of its own or the caller's.
#include <algorithm>
#include <numeric>

#include "common/base/error.hpp"
#include "common/kernels/finite.hpp"
#include "depthwise_engine.hpp"
#include "tiles.hpp"

namespace cnn::engine {

using namespace depthwise;

namespace {

/// Longer steps than the padded map reach nothing, and would wrap round.
Windows windows(const Shape& x, const Shape& w, const Depthwise& layer) {
    const Sides& P = layer.padding;
    const Extent room{std::max(1, x.h + P.top + P.bottom), std::max(1, x.w + P.left + P.right)};
    const auto limited = [&](Extent step) {
        return Extent(std::min(step.h, room.h), std::min(step.w, room.w));
    };
    return {{w.n, w.h}, limited(layer.stride), limited(layer.dilation), P.top, P.left};
}

/// Whether the kernels are to run on a padded copy: they know zeros only, and maps with pixels.
bool copies(const Shape& x, const Depthwise& layer) {
    return layer.mode != PaddingMode::constant || x.h == 0 || x.w == 0;
}
Tensor padded(View x, const Depthwise& layer) { return optimized::pad(x, {layer.padding, layer.mode}); }
/// The layer of the padded copy.
Depthwise unpadded(Depthwise layer) {
    layer.padding = 0, layer.mode = PaddingMode::constant;
    return layer;
}

/// Each channel `times` times, one beside the other.
Tensor repeated(View x, int times) {
    Tensor y = Tensor::uninitialized({x.shape.n, x.shape.h, x.shape.w, x.shape.c * times});
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j) {
                real* to = y.view().pixel(n, i, j);
                for (int c = 0; c < x.shape.c; ++c, to += times) std::fill_n(to, times, x.pixel(n, i, j)[c]);
            }
    return y;
}

/// The sum of each `times` neighbouring channels: the adjoint of `repeated`.
Tensor summed(View y, int times) {
    Tensor x = Tensor::uninitialized({y.shape.n, y.shape.h, y.shape.w, y.shape.c / times});
    for (int n = 0; n < y.shape.n; ++n)
        for (int i = 0; i < y.shape.h; ++i)
            for (int j = 0; j < y.shape.w; ++j) {
                const real* from = y.pixel(n, i, j);
                for (int c = 0; c < x.shape().c; ++c, from += times)
                    x(n, i, j, c) = std::accumulate(from, from + times, real{0});
            }
    return x;
}

}  // namespace

void depthwise_conv2d_into(View x, View w, View b, const Depthwise& layer, MutableView y) {
    const Shape shape = depthwise_shape(x.shape, w.shape, layer);
    require(y.shape == shape, "depthwise_conv2d: the output is ", y.shape, "; it must be ", shape);
    require_depthwise_bias(b, w.shape);
    if (shape.size() == 0) return;
    if (copies(x.shape, layer)) return depthwise_conv2d_into(padded(x, layer), w, b, unpadded(layer), y);
    if (shape.c != x.shape.c) return depthwise_conv2d_into(repeated(x, shape.c / x.shape.c), w, b, layer, y);
    filter(x, w, b.empty() ? nullptr : b.data, windows(x.shape, w.shape, layer), layer.activation, y);
}

void depthwise_conv2d_backward_input_into(View dy, View w, const Depthwise& layer, MutableView dx) {
    require_depthwise_gradient(dy, depthwise_shape(dx.shape, w.shape, layer));
    if (dx.shape.size() == 0) return;
    if (layer.mode != PaddingMode::constant) {
        const Padding padding{layer.padding, layer.mode};
        const Tensor all =
            depthwise_conv2d_backward_input(dy, w, padded_shape(dx.shape, padding), unpadded(layer));
        return copy(optimized::pad_backward(all, dx.shape, padding), dx);
    }
    if (const int multiplier = w.shape.c / dx.shape.c; multiplier > 1) {
        const Shape x{dx.shape.n, dx.shape.h, dx.shape.w, w.shape.c};
        return copy(summed(depthwise_conv2d_backward_input(dy, w, x, layer), multiplier), dx);
    }
    input_gradient(dy, w, windows(dx.shape, w.shape, layer), dx);
}

void depthwise_conv2d_backward_filters_into(View dy, View x, const Depthwise& layer, MutableView dw) {
    require_depthwise_gradient(dy, depthwise_shape(x.shape, dw.shape, layer));
    if (dw.shape.size() == 0) return;
    if (x.shape.size() == 0) return fill(dw, 0);
    if (copies(x.shape, layer))
        return depthwise_conv2d_backward_filters_into(dy, padded(x, layer), unpadded(layer), dw);
    if (const int multiplier = dw.shape.c / x.shape.c; multiplier > 1)
        return depthwise_conv2d_backward_filters_into(dy, repeated(x, multiplier), layer, dw);
    filter_gradient(dy, x, windows(x.shape, dw.shape, layer), dw);
    // At the border the kernels multiply zeros in vain, which an infinity among x would turn into NaN.
    if (!all_finite(dw)) copy(naive::depthwise_conv2d_backward_filters(dy, x, dw.shape, layer), dw);
}

Tensor depthwise_conv2d(View x, View w, View b, const Depthwise& layer) {
    Tensor y = Tensor::uninitialized(depthwise_shape(x.shape, w.shape, layer));
    depthwise_conv2d_into(x, w, b, layer, y);
    return y;
}

Tensor depthwise_conv2d_backward_input(View dy, View w, const Shape& x, const Depthwise& layer) {
    Tensor dx = Tensor::uninitialized(x);
    depthwise_conv2d_backward_input_into(dy, w, layer, dx);
    return dx;
}

Tensor depthwise_conv2d_backward_filters(View dy, View x, const Shape& w, const Depthwise& layer) {
    Tensor dw = Tensor::uninitialized(w);
    depthwise_conv2d_backward_filters_into(dy, x, layer, dw);
    return dw;
}

}  // namespace cnn::engine
