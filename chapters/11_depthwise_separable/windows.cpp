#include "windows.hpp"

#include <limits>

#include "common/parallel.hpp"
#include "common/stream.hpp"
#include "window_kernels.hpp"

namespace cnn::optimized {

using simd::lanes;

bool crowded(View x, const Windows& windows) {
    return windows.stride.h == 2 && 2 * x.next_pixel * std::ptrdiff_t{sizeof(real)} % 4096 == 0;
}

void filter(View x, View w, const real* b, const Windows& windows, const Clamp& clamp, MutableView y) {
    // Where pixels crowd, rows go along the pixels; other rows of stride 2, and those of far maps of many
    // channels, are taken a few at a time; and the rest are strips.
    const int s = windows.stride.h, c = x.shape.c;
    const bool far = large(x.shape.size() + y.shape.size()) && streamable(y);
    const bool deep = crowded(x, windows) && c >= deep_channels;
    const bool some_rows = !deep && (s == 2 || (far && c > 4 * lanes)), strip = !deep && !some_rows;
    const int few = s == 1 && y.shape.w % small == 0 ? quad : pair;
    alignas(simd::bytes) real limits[2 * lanes] = {};
    std::fill_n(limits + lanes, lanes, clamp.high);

    // Some rows come in handy blocks.  Strips reach down the whole map, or so far that it stays near; where
    // images are few, threads share its columns, and of a narrow map the channels.
    const int h = y.shape.h, wanted = strip ? divide_up(threads(), std::max(1, y.shape.n)) : 1;
    const int strips_across = std::max(1, y.shape.w / wide), sides = std::min(wanted, strips_across);
    const int parts = std::clamp(c / (2 * lanes), 1, divide_up(wanted, sides));
    const std::int64_t row = std::int64_t{y.shape.w} * c * w.shape.n * w.shape.h;
    const int handy = few * int(std::clamp<std::int64_t>((1 << 16) / std::max<std::int64_t>(row, 1), 1, h));
    const int height = some_rows ? handy : strip && far ? 28 : deep && y.shape.n < 4 * threads() ? pair : h;
    const int bands = divide_up(h, height);
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
                              .w_row = w.next_image,
                              .w_tap = w.next_row,
                              .b = b == nullptr ? nullptr : b + first,
                              .y = y.pixel(n, i, j) + first,
                              .y_row = y.next_row,
                              .y_pixel = y.next_pixel,
                              .rows = high,
                              .limits = clamp.asked ? limits : nullptr,
                              .upper = clamp.high < std::numeric_limits<real>::infinity()};
        };
        each_tile(
            from, windows, {n, rows, {column(some.begin), column(some.end)}}, some_rows ? few : rows.size(),
            [&](int i, int j, const Extent& size, const Source& source) {
                const bool is_wide = size.w == wide;
                const WindowKernel kernel = deep    ? deep_kernel(is_wide)
                                            : strip ? strip_kernel(is_wide, far)
                                                    : rows_kernel(s, size.h, is_wide, far);
                kernel(tile(i, j, size.h, source));
            },
            [&](int i, int j, int pixels, const Source& source) {
                run_kernel(pixels, c < lanes)(tile(i, j, 1, source));
            });
        if (far) simd::streamed();
    });
}

}  // namespace cnn::optimized
