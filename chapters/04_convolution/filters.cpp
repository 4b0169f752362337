// The gradient for the filters: for each tap, products of input channels and output channels summed over
// pixels.
//
//   1. naive    every product is added to its element of dw in memory
//   2. tile     channels x vectors of filters stay in registers while the pixels stream past
//   3. blocks   of pixels that stay in the cache for all taps and channels; dy packed once for each
//   4. columns  few input channels: all taps of a kernel row are one run of kw * c channels
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/tile.hpp"
#include "convolution.hpp"
#include "gradient.hpp"
#include "narrow.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

int divide_up(int a, int b) { return (a + b - 1) / b; }

constexpr int widest = simd::registers >= 32 ? 4 : 2;
constexpr int most_channels(int vecs) { return std::min(14, (simd::registers - vecs - 1) / vecs); }

// A line of pixels: inputs and the gradients of the outputs that they went into.
struct Run {
    const real *x, *dy;
};

struct Job {
    const std::vector<Run>* runs;
    std::ptrdiff_t x_offset, next_pixel, dy_offset, dy_next_pixel;
    int pixels;
    real* dw;
    std::ptrdiff_t next_channel;
    int last;
    bool resume;
};

// [kernel]
// dw[c][f] += sum over pixels of x[pixel][c] * dy[pixel][f], for some channels and a panel of filters
template <int channels, int vecs, bool whole>
void tile(const Job& job) {
    const int last = whole ? lanes : job.last;
    Tile<channels, vecs> sums;
    if (job.resume)
        sums.load(job.dw, job.next_channel, last);
    else
        sums.zero();
    for (const Run& run : *job.runs)
        sums.add(run.x + job.x_offset, 1, job.next_pixel, run.dy + job.dy_offset, job.dy_next_pixel,
                 job.pixels);
    sums.store(job.dw, job.next_channel, last);
}
// [kernel]

template <int channels, int vecs>
void kernel(const Job& job) {
    job.last == lanes ? tile<channels, vecs, true>(job) : tile<channels, vecs, false>(job);
}

using Kernel = void (*)(const Job&);
template <int vecs, std::size_t... i>
constexpr std::array<Kernel, 15> of_width(std::index_sequence<i...>) {
    return {nullptr, kernel<int(i) + 1, vecs>...};
}
template <std::size_t... v>
constexpr std::array<std::array<Kernel, 15>, widest> all_kernels(std::index_sequence<v...>) {
    return {of_width<int(v) + 1>(std::make_index_sequence<std::size_t(most_channels(int(v) + 1))>())...};
}
constexpr auto kernels = all_kernels(std::make_index_sequence<widest>());

// The outputs whose tap lies inside of the input: first and end.
std::pair<int, int> seen(int tap, int before, int stride, int inputs, int outputs) {
    const int first = std::min(outputs, before > tap ? divide_up(before - tap, stride) : 0);
    const int room = inputs + before - tap;
    return {first, std::max(first, std::min(outputs, room > 0 ? divide_up(room, stride) : 0))};
}

}  // namespace

void backward_filters(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                      MutableView dw) {
    const int kh = dw.shape.n, kw = dw.shape.h, c = dw.shape.w, filters = dw.shape.c / groups;
    const int vectors = divide_up(filters, lanes), panels = divide_up(vectors, widest);

    // With few channels the taps of a row are one run of kw * c, if no pixel is missing at the border.
    if (groups == 1 && kw > 1 && c < lanes && dilation.w == 1) {
        const bool bordered = !(padding == Sides(0)) || x.next_pixel != c;
        const Tensor padded = bordered ? pad(x, {padding}) : Tensor();
        if (bordered) x = padded;
        x.shape.w -= kw - 1;
        x.shape.c = kw * c;
        const MutableView rows{
            dw.data, {kh, 1, kw * c, dw.shape.c}, dw.next_image, dw.next_row, dw.next_pixel};
        return backward_filters(dy, x, stride, 0, 1, dilation, rows);
    }
    // One tap that sees every pixel: an image is one line.
    if (kh == 1 && kw == 1 && stride == Extent(1) && padding == Sides(0) && dy.shape.h * dy.shape.w <= 256 &&
        x.next_row == x.shape.w * x.next_pixel && dy.next_row == dy.shape.w * dy.next_pixel) {
        x.shape.w *= x.shape.h, dy.shape.w *= dy.shape.h;
        x.shape.h = dy.shape.h = 1;
    }

    // Blocks of lines of about 256 pixels; the channels divided among the threads.
    const int lines = dy.shape.n * dy.shape.h, lines_each = std::max(1, 256 / dy.shape.w);
    const int most = most_channels(divide_up(vectors, panels)), tiles = divide_up(c, most);
    const int parts = std::min(tiles, divide_up(2 * threads(), groups * panels));
    parallel_for(groups * panels * parts, [&](int task) {
        const int g = task / (panels * parts), panel = task / parts % panels, part = task % parts;
        const int v = vectors * panel / panels, vecs = vectors * (panel + 1) / panels - v;
        const int f = v * lanes, width = vecs * lanes, count = std::min(width, filters - f);
        const int first_tile = tiles * part / parts, end_tile = tiles * (part + 1) / parts;
        const bool packs = count < width || dy.next_pixel > width;
        Tensor packed = packs ? Tensor({.h = lines_each, .w = dy.shape.w, .c = width}) : Tensor();

        std::vector<Run> runs;
        for (int first = 0; first < lines; first += lines_each) {
            const int end = std::min(lines, first + lines_each);
            const auto dy_line = [&](int line) {
                return dy.pixel(line / dy.shape.h, line % dy.shape.h, 0) + g * filters + f;
            };
            for (int line = first; packs && line < end; ++line) {
                const real* from = dy_line(line);
                real* to = packed.view().pixel(0, line - first, 0);
                for (int j = 0; j < dy.shape.w; ++j, from += dy.next_pixel, to += width)
                    for (int u = 0; u < vecs; ++u) {
                        const int have = std::min(lanes, count - u * lanes);
                        (have == lanes ? simd::vec::load(from + u * lanes)
                                       : simd::vec::load_first(have, from + u * lanes))
                            .store(to + u * lanes);
                    }
            }

            for (int m = 0; m < kh; ++m) {
                // The lines of the block whose input row exists.
                runs.clear();
                for (int line = first; line < end; ++line) {
                    const int row = line % dy.shape.h * stride.h - padding.top + m * dilation.h;
                    if (0 <= row && row < x.shape.h)
                        runs.push_back({x.pixel(line / dy.shape.h, row, 0) + g * c,
                                        packs ? packed.view().pixel(0, line - first, 0) : dy_line(line)});
                }
                for (int l = 0; l < kw; ++l) {
                    const auto [j, end_j] =
                        seen(l * dilation.w, padding.left, stride.w, x.shape.w, dy.shape.w);
                    for (int t = first_tile; t < end_tile; ++t) {
                        const int k = c * t / tiles, channels = c * (t + 1) / tiles - k;
                        const std::ptrdiff_t dy_next = packs ? width : dy.next_pixel;
                        const Job job{
                            .runs = &runs,
                            .x_offset = (j * stride.w - padding.left + l * dilation.w) * x.next_pixel + k,
                            .next_pixel = stride.w * x.next_pixel,
                            .dy_offset = j * dy_next,
                            .dy_next_pixel = dy_next,
                            .pixels = end_j - j,
                            .dw = dw.pixel(m, l, k) + g * filters + f,
                            .next_channel = dw.next_pixel,
                            .last = count - (vecs - 1) * lanes,
                            .resume = first > 0};
                        kernels[std::size_t(vecs - 1)][std::size_t(channels)](job);
                    }
                }
            }
        }
    });
}

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    require_gradient(dy, convolved_shape(x.shape, w, layer));
    if (one_channel(w, layer) && dy.next_pixel == dy.shape.c)
        return one_channel_backward_filters(dy, x, w, layer);
    Tensor dw = Tensor::unset(w);
    if (layer.mode == PaddingMode::constant || layer.padding == Sides(0))
        backward_filters(dy, x, layer.stride, layer.padding, layer.groups, 1, dw);
    else
        backward_filters(dy, pad(x, {layer.padding, layer.mode}), layer.stride, 0, layer.groups, 1, dw);
    return dw;
}

}  // namespace cnn::optimized
