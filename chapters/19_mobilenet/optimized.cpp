// Both layers of a pair, a band of rows at a time.
//
// The map between is as large as its input, and what it holds is read once, right behind where it was
// written.  So a band of it is made, mixed by the 1x1 filters while it is in the second cache, and made anew
// for the next rows.
#include <algorithm>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "engine/depthwise_engine.hpp"
#include "engine/pointwise_engine.hpp"
#include "pair.hpp"
#include "pointwise.hpp"

namespace cnn::optimized {

namespace {

// Rows of which input, map between and output fill the second cache, so that every thread has as many bands.
int rows_in_cache(const Shape& x, const Shape& between, const Shape& y, int stride) {
    const std::int64_t row = std::int64_t{sizeof(real)} *
                             (std::int64_t{stride} * x.w * x.c + std::int64_t{y.w} * (between.c + y.c));
    const int fitting = int(std::clamp<std::int64_t>(cache_bytes(2) / row, 1, y.h));
    return divide_up(y.h, divide_up(divide_up(y.h, fitting), threads()) * threads());
}

}  // namespace

// [optimized]
Tensor pair(View x, const SeparableWeights& w, const Pair& layers, int rows) {
    const Depthwise& depthwise = layers.depthwise;
    const Shape between = depthwise_shape(x.shape, w.depthwise.shape, depthwise);
    Tensor y = Tensor::uninitialized(pointwise_shape(between, w.pointwise.shape));
    const int stride = depthwise.stride.h, top = depthwise.padding.top,
              window = (w.depthwise.shape.n - 1) * depthwise.dilation.h + 1;
    require(depthwise.mode == PaddingMode::constant && std::max(top, depthwise.padding.bottom) < window,
            "pair: the padding must be zeros and narrower than the window of ", window, " rows");
    if (rows < 1) rows = rows_in_cache(x.shape, between, y.shape(), stride);

    const Panels filters(engine::filter_matrix(w.pointwise));
    const Epilogue epilogue{.bias = w.pointwise_bias, .activation = layers.activation};
    const int bands = divide_up(between.h, rows);
    parallel_for(between.n * bands, [&](int task) {
        const int n = task / bands, first = task % bands * rows, count = std::min(rows, between.h - first);
        // The rows of the image under the band's windows; what lies beyond its borders is padding.
        const int begin = first * stride - top, end = begin + (count - 1) * stride + window;
        const Range seen = intersection({begin, end}, {0, x.shape.h});
        Depthwise part = depthwise;
        part.padding.top = seen.begin - begin, part.padding.bottom = end - seen.end;

        Tensor band = Tensor::uninitialized({1, count, between.w, between.c});
        engine::depthwise_conv2d_into(x.images(n, 1).window(seen.begin, 0, {seen.size(), x.shape.w}),
                                      w.depthwise, w.depthwise_bias, part, band);
        engine::pointwise_conv2d_packed(band, filters, epilogue,
                                        y.view().images(n, 1).window(first, 0, {count, between.w}));
    });
    return y;
}
// [optimized]

}  // namespace cnn::optimized
