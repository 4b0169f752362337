// The gradient for the filters, with the forward pass's tiles: dy takes the place of the sums, and the sums
// that of the filters.
#include <array>

#include "common/parallel.hpp"
#include "windows.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

/// A tile of dy, and the sums that it adds to: for each vector of channels its taps, kernel.w of them in a
/// row.
struct Tile {
    Source from;
    const real* dy;
    std::ptrdiff_t dy_row, dy_pixel;
    real* sums;
    Extent kernel;
};

// [gradient]
template <int stride, int rows, int columns, bool left, bool right>
void gradient3x3(const Tile& t) {
    const Source& from = t.from;
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = std::min(v * lanes, from.channels - lanes);
        real* sums = t.sums + v * 9 * lanes;
        vec sum[3][3], dy[rows][columns];
#pragma GCC unroll 16
        for (int m = 0; m < 3; ++m)
#pragma GCC unroll 16
            for (int l = 0; l < 3; ++l) sum[m][l] = vec::load(sums + (m * 3 + l) * lanes);
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
            for (int j = 0; j < columns; ++j) dy[i][j] = vec::load(t.dy + i * t.dy_row + j * t.dy_pixel + c);

#pragma GCC unroll 16
        for (int r = 0; r < (rows - 1) * stride + 3; ++r) {
            if (r < from.rows.first || r >= from.rows.second) continue;
#pragma GCC unroll 16
            for (int q = left; q < (columns - 1) * stride + 3 - right; ++q) {
                const vec x = vec::load(from.x + r * from.next_row + q * from.next_tap + c);
#pragma GCC unroll 16
                for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
                    for (int j = 0; j < columns; ++j) {
                        const int m = r - i * stride, l = q - j * stride;
                        if (0 <= m && m < 3 && 0 <= l && l < 3) sum[m][l] = fma(x, dy[i][j], sum[m][l]);
                    }
            }
        }

#pragma GCC unroll 16
        for (int m = 0; m < 3; ++m)
#pragma GCC unroll 16
            for (int l = 0; l < 3; ++l) sum[m][l].store(sums + (m * 3 + l) * lanes);
    }
}
// [gradient]

template <int pixels, bool narrow>
void gradient_run(const Tile& t) {
    const Source& from = t.from;
    const auto load = [&](const real* p) {
        return narrow ? vec::load_first(from.channels, p) : vec::load(p);
    };
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = narrow ? 0 : std::min(v * lanes, from.channels - lanes);
        vec dy[pixels];
        for (int j = 0; j < pixels; ++j) dy[j] = load(t.dy + j * t.dy_pixel + c);
        for (int m = from.rows.first; m < from.rows.second; ++m)
            for (int l = from.taps.first; l < from.taps.second; ++l) {
                real* to = t.sums + ((v * t.kernel.h + m) * t.kernel.w + l) * lanes;
                const real* x = from.x + m * from.next_row + l * from.next_tap + c;
                vec sum = vec::load(to);
                for (int j = 0; j < pixels; ++j) sum = fma(load(x + j * from.next_pixel), dy[j], sum);
                sum.store(to);
            }
    }
}

using Kernel = void (*)(const Tile&);

template <bool narrow, std::size_t... i>
constexpr std::array<Kernel, longest_run> run_kernels(std::index_sequence<i...>) {
    return {gradient_run<int(i) + 1, narrow>...};
}

template <int stride, int rows, int columns>
Kernel kernel3x3(bool left, bool right) {
    if (left)
        return right ? gradient3x3<stride, rows, columns, true, true>
                     : gradient3x3<stride, rows, columns, true, false>;
    return right ? gradient3x3<stride, rows, columns, false, true>
                 : gradient3x3<stride, rows, columns, false, false>;
}

template <int stride>
Kernel kernel3x3(const Extent& size, bool left, bool right) {
    if (size.w == small)
        return size.h == 1 ? kernel3x3<stride, 1, small>(left, right)
                           : kernel3x3<stride, 2, small>(left, right);
    return size.h == 1 ? kernel3x3<stride, 1, wide>(left, right) : kernel3x3<stride, 2, wide>(left, right);
}

/// The gradient of these channels: every sum belongs to one channel, so to one thread.
void gradient(View dy, View x, const Windows& windows, MutableView dw) {
    const int vectors = (x.shape.c + lanes - 1) / lanes;
    Tensor sums({vectors, windows.kernel.h, windows.kernel.w, lanes});
    const auto tile = [&](int n, int i, int j, const Source& from) {
        return Tile{from, dy.pixel(n, i, j), dy.next_row, dy.next_pixel, sums.flat().data(), windows.kernel};
    };
    for (int n = 0; n < dy.shape.n; ++n)
        each_tile(
            x, windows, n, dy.shape.w, 0, dy.shape.h,
            [&](int i, int j, const Extent& size, bool left, bool right, const Source& from) {
                (windows.stride.h == 1 ? kernel3x3<1>(size, left, right)
                                       : kernel3x3<2>(size, left, right))(tile(n, i, j, from));
            },
            [&](int i, int j, int pixels, const Source& from) {
                static constexpr auto wide = run_kernels<false>(std::make_index_sequence<longest_run>{});
                static constexpr auto narrow = run_kernels<true>(std::make_index_sequence<longest_run>{});
                (from.channels < lanes ? narrow : wide)[std::size_t(pixels - 1)](tile(n, i, j, from));
            });

    for (int v = 0; v < vectors; ++v) {
        const int c = std::max(0, std::min(v * lanes, x.shape.c - lanes)), count = std::min(lanes, x.shape.c);
        for (int m = 0; m < windows.kernel.h; ++m)
            for (int l = 0; l < windows.kernel.w; ++l)
                std::copy_n(sums.view().pixel(v, m, l), count, dw.pixel(m, l, 0) + c);
    }
}

}  // namespace

void filter_gradient(View dy, View x, const Windows& windows, MutableView dw) {
    // Blocks of whole vectors; the last takes what is left over.
    const int channels = x.shape.c, vectors = std::max(1, channels / lanes);
    const int blocks = std::min(vectors, threads() == 1 ? 1 : 2 * threads());
    parallel_for(blocks, [&](int block) {
        const int first = vectors * block / blocks * lanes;
        const int end = block + 1 == blocks ? channels : vectors * (block + 1) / blocks * lanes;
        gradient(dy.channels(first, end - first), x.channels(first, end - first), windows,
                 dw.channels(first, end - first));
    });
}

}  // namespace cnn::optimized
