#include "tiles.hpp"

#include "common/kernels/nontemporal.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "forward_kernels.hpp"

namespace cnn::engine::depthwise {

using simd::lanes;

bool crowded(View x, const Windows& windows) {
    return windows.stride.h == 2 && same_cache_set(2 * x.pixel_pitch * std::ptrdiff_t{sizeof(real)});
}

namespace {

/// How outputs are walked: in strips down the map; a few rows at a time, under stride 2 and where large maps
/// of many channels are read as they lie; or, where pixels crowd, row after row along the pixels.
enum class Walk { strips, rows, pixels };

Walk walk_of(View x, const Windows& windows, bool uncached) {
    if (crowded(x, windows) && x.shape.c >= deep_channels) return Walk::pixels;
    return windows.stride.h == 2 || (uncached && x.shape.c > 4 * lanes) ? Walk::rows : Walk::strips;
}

// How many rows of outputs a task walks, of which `few` are walked at a time.
int height_of(Walk walk, bool uncached, int few, View w, const Shape& y) {
    if (walk == Walk::rows) {
        const std::int64_t row = std::int64_t{y.w} * y.c * w.shape.n * w.shape.h, handy = 1 << 16;
        return few * int(std::clamp<std::int64_t>(handy / std::max<std::int64_t>(row, 1), 1, y.h));
    }
    // The whole map, unless it does not stay near, or there are few images for the threads.
    if (walk == Walk::strips) return uncached ? 28 : y.h;
    return y.n < 4 * threads() ? pair : y.h;
}

}  // namespace

void filter(View x, View w, const real* b, const Windows& windows, Activation activation, MutableView y) {
    const int s = windows.stride.h, c = x.shape.c, h = y.shape.h;
    const bool uncached = stores_nontemporal(x, y);
    const Walk walk = walk_of(x, windows, uncached);
    const int few = s == 1 && y.shape.w % small == 0 ? quad : pair;
    const auto kernel_of = [&](const Extent& size) {
        const bool is_wide = size.w == wide;
        if (walk == Walk::strips) return strip_kernel(is_wide, uncached);
        return walk == Walk::rows ? rows_kernel(s, size.h, is_wide, uncached) : deep_kernel(is_wide);
    };
    alignas(simd::bytes) real limits[2 * lanes] = {};
    std::fill_n(limits + lanes, lanes, real{6});

    // Where images are few, threads share the columns of strips, and of a narrow map the channels.
    const int height = height_of(walk, uncached, few, w, y.shape), bands = divide_up(h, height);
    const int wanted = walk == Walk::strips ? divide_up(threads(), std::max(1, y.shape.n)) : 1;
    const int strips_across = std::max(1, y.shape.w / wide), sides = std::min(wanted, strips_across);
    const int parts = std::clamp(c / (2 * lanes), 1, divide_up(wanted, sides));
    parallel_for(y.shape.n * bands * sides * parts, [&](int task) {
        const int part = task % parts, side = task / parts % sides, band = task / parts / sides % bands;
        const int n = task / parts / sides / bands;
        const auto column = [&](int at) { return at == strips_across ? y.shape.w : at * wide; };
        const Range some = share_of(strips_across, side, sides), vectors = share_of(c / lanes, part, parts);
        const Range rows{band * height, std::min((band + 1) * height, h)};
        const int first = vectors.begin * lanes, end = part + 1 == parts ? c : vectors.end * lanes;
        const View from = x.channels(first, end - first), taps = w.channels(first, end - first);
        const auto tile = [&](int i, int j, int high, const Source& source) {
            return WindowTile{.from = source,
                              .w = taps.data,
                              .w_row = w.image_pitch,
                              .w_tap = w.row_pitch,
                              .b = b == nullptr ? nullptr : b + first,
                              .y = y.pixel(n, i, j) + first,
                              .y_row = y.row_pitch,
                              .y_pixel = y.pixel_pitch,
                              .rows = high,
                              .limits = activation != Activation::none ? limits : nullptr,
                              .upper = activation == Activation::relu6};
        };
        for_each_tile(
            from, windows, {n, rows, {column(some.begin), column(some.end)}},
            walk == Walk::rows ? few : rows.size(),
            [&](int i, int j, const Extent& size, const Source& source) {
                kernel_of(size)(tile(i, j, size.h, source));
            },
            [&](int i, int j, int pixels, const Source& source) {
                run_kernel(pixels, c < lanes)(tile(i, j, 1, source));
            });
        if (uncached) simd::store_fence();
    });
}

}  // namespace cnn::engine::depthwise
