// The gradient for the filters: for each tap, products of input channels and output channels summed over
// pixels.
//
//   1. naive    every product is added to its element of dw in memory
//   2. tile     channels x vectors of filters stay in registers while the pixels stream past
//   3. blocks   of pixels that stay in the cache for all taps and channels; dy packed once for each
//   4. columns  few input channels: all taps of a kernel row are one run of kw * c channels of a row that is
//               padded while it is in the first cache
//   5. groups   several groups of few channels share a vector, as in the forward pass
//   6. slices   where tiles are few, the pixels are shared out too; the slices' sums are added in order
//   7. fetched  while one block is summed, the next comes from afar: 1.3 to 1.7 times as fast where maps
//               leave the caches
#include <algorithm>
#include <utility>
#include <vector>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/range.hpp"
#include "convolution.hpp"
#include "gradient.hpp"
#include "gradient_kernel.hpp"
#include "narrow.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

// How dw is divided: banks of filters that see the same channels, in each panels of filters, in each tiles of
// channels.
struct Division {
    int shared_by = 0;  // channels of each group, where groups are so small that several share a vector
    int banks, channels, filters, vectors, panels, tiles;

    Division(const Shape& dw, int groups) : banks(groups), channels(dw.w), filters(dw.c / groups) {
        const bool shared = groups > 1 && channels == filters && channels < lanes && lanes % channels == 0;
        if (shared) shared_by = channels, filters *= groups, banks = 1;
        vectors = divide_up(filters, lanes);
        panels = divide_up(vectors, shared ? widest_shared(channels) : widest_gradient);
        tiles = shared ? 1 : divide_up(channels, most_channels(divide_up(vectors, panels)));
    }
    int units() const { return banks * panels * tiles; }
};

// The numbers of an input row that is padded when it is read, and the zeros around them.
struct Row {
    int before = 0, numbers = 0, after = 0;
    bool padded() const { return before + after > 0; }
};

// What a block's lines become before they are summed.
struct Memory {
    Tensor packed, padded;
    std::vector<Run> runs;
};

struct Gradient {
    View dy, x;
    Extent stride;
    Sides padding;
    Extent dilation;
    Division division;
    Row row;
    int block_pixels;

    int lines() const { return dy.shape.n * dy.shape.h; }
    // Whether maps are too large for a second-level cache.
    bool fetches() const { return x.shape.size() + dy.shape.size() > (1 << 19); }
    int lines_each() const { return std::max(1, block_pixels / dy.shape.w); }

    // Adds a block of lines to dw, in some tiles of one panel; or starts dw with it.
    void add(int bank, int panel, Range tiles, Range block, bool start, Memory& memory, MutableView dw) const;

private:
    void pack(const View& panel, Range lines, MutableView packed) const;
};

// Lines of a panel's gradients, one after the other, in whole vectors.
void Gradient::pack(const View& panel, Range lines, MutableView packed) const {
    const int whole = panel.shape.c / lanes * lanes, rest = panel.shape.c - whole;
    real* to = packed.data;
    for (int line = lines.begin; line < lines.end; ++line) {
        const real* from = panel.pixel(line / dy.shape.h, line % dy.shape.h, 0);
        for (int j = 0; j < dy.shape.w; ++j, from += dy.next_pixel, to += packed.next_pixel) {
            for (int f = 0; f < whole; f += lanes) simd::vec::load(from + f).store(to + f);
            if (rest > 0) simd::vec::load_first(rest, from + whole).store(to + whole);
        }
    }
}

void Gradient::add(int bank, int panel, Range tiles, Range block, bool start, Memory& memory,
                   MutableView dw) const {
    const Division& d = division;
    const Range vectors = share_of(d.vectors, panel, d.panels);
    const int vecs = vectors.size(), width = vecs * lanes, first_filter = vectors.begin * lanes;
    const int count = std::min(width, d.filters - first_filter), filter = bank * d.filters + first_filter;
    // The first channel that the panel sees.
    const int channel = d.shared_by > 0 ? first_filter : bank * d.channels;
    const View panel_dy = dy.channels(filter, count);
    // Packed are vectors that are not whole, and lines that lie apart and are read often.
    const int reads = dw.shape.n * dw.shape.h * tiles.size();
    const bool packs = count < width || (dy.next_pixel > width && reads > 64);
    const std::ptrdiff_t dy_next = packs ? width : dy.next_pixel;
    auto& [packed, padded, runs] = memory;
    if (packs) {
        const Shape shape{.h = lines_each(), .w = dy.shape.w, .c = width};
        if (packed.shape() != shape) packed = Tensor::unset(shape);
        pack(panel_dy, block, packed);
    }
    if (row.padded() && padded.empty())
        padded = Tensor({.h = lines_each(), .c = row.before + row.numbers + row.after});

    for (int m = 0; m < dw.shape.n; ++m) {
        // The lines of the block whose input row exists.
        runs.clear();
        for (int line = block.begin; line < block.end; ++line) {
            const int n = line / dy.shape.h, i = line % dy.shape.h;
            const int x_row = i * stride.h - padding.top + m * dilation.h;
            if (x_row < 0 || x_row >= x.shape.h) continue;
            const real* inputs = x.pixel(n, x_row, 0) + channel;
            if (row.padded()) {
                real* whole = padded.view().pixel(0, line - block.begin, 0);
                std::copy_n(inputs, row.numbers, whole + row.before);
                inputs = whole;
            }
            runs.push_back(
                {inputs, packs ? packed.view().pixel(0, line - block.begin, 0) : panel_dy.pixel(n, i, 0)});
        }
        for (int l = 0; l < dw.shape.h; ++l) {
            const int tap = l * dilation.w - padding.left;
            const Range seen = inside(tap, stride.w, dy.shape.w, x.shape.w);
            for (int t = tiles.begin; t < tiles.end; ++t) {
                const Range channels = share_of(d.channels, t, d.tiles);
                // The first tap's tiles fetch the next block's lines of memory, each the one that it begins.
                const bool begins = t < vecs || channels.begin / lanes != channels.end / lanes;
                gradient_kernel(channels.size(), vecs, d.shared_by)(
                    {.runs = &runs,
                     .x_offset = (seen.begin * stride.w + tap) * x.next_pixel + channels.begin,
                     .next_pixel = stride.w * x.next_pixel,
                     .dy_offset = seen.begin * dy_next,
                     .dy_next_pixel = dy_next,
                     .fetch = fetches() && m == 0 && l == 0 && begins,
                     .x_ahead = lines_each() * stride.h * x.next_row + channels.size() - 1,
                     .dy_ahead = packs ? 0 : lines_each() * dy.next_row + t % vecs * lanes,
                     .pixels = seen.size(),
                     .dw = dw.pixel(m, l, channels.begin) + filter,
                     .next_channel = dw.next_pixel,
                     .last = count - (vecs - 1) * lanes,
                     .resume = !start});
            }
        }
    }
}

}  // namespace

void backward_filters(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                      MutableView dw) {
    // With few channels the taps of a row are one run of kw * c, if no pixel is missing at the border.
    Tensor copied;
    Row row;
    if (groups == 1 && dw.shape.h > 1 && dw.shape.w < lanes && dilation.w == 1) {
        const int kw = dw.shape.h, c = dw.shape.w;
        if (x.next_pixel != c || std::min(padding.left, padding.right) < 0) {
            x = copied = pad(x, {{0, 0, padding.left, padding.right}});
            padding.left = padding.right = 0;
        }
        row = {padding.left * c, x.shape.w * c, padding.right * c};
        x.shape.w += padding.left + padding.right - (kw - 1);
        x.shape.c = kw * c;
        padding.left = padding.right = 0;
        dw.shape.h = 1, dw.shape.w = kw * c;
    }
    const int kh = dw.shape.n, kw = dw.shape.h, c = dw.shape.w;
    // One tap that steps over pages of pixels: those that it sees, read for many filters, are brought
    // together.
    if (kh == 1 && kw == 1 && stride != Extent(1) && padding == Sides(0) && dw.shape.c >= 256 &&
        stride.w * x.next_pixel >= 1024) {
        x = copied = pad(x.every(stride), {});
        stride = 1;
    }
    // One tap that sees every pixel: an image is one line.
    if (!row.padded() && kh == 1 && kw == 1 && stride == Extent(1) && padding == Sides(0) &&
        dy.shape.h * dy.shape.w <= 256 && x.next_row == x.shape.w * x.next_pixel &&
        dy.next_row == dy.shape.w * dy.next_pixel) {
        x.shape.w *= x.shape.h, dy.shape.w *= dy.shape.h;
        x.shape.h = dy.shape.h = 1;
    }

    // [slices]
    // At least 32 tasks, if there are so many blocks of pixels; or eight slices of a large map, so that each
    // is read once.  Their number is even, and does not depend on the threads, so the order of the sums does
    // not either.
    const bool far = kh * kw == 1 && x.shape.size() > (1 << 21);
    const std::int64_t room = far ? (1 << 16) / (stride.w * x.next_pixel) : 256;
    const Gradient gradient{dy,       x,
                            stride,   padding,
                            dilation, Division(dw.shape, groups),
                            row,      int(std::clamp<std::int64_t>(room, 128, 256))};
    const Division& d = gradient.division;
    const int units = d.units(), lines = gradient.lines();
    const int wanted = far && dw.shape.size() <= (1 << 18) ? 8 : units >= 32 ? 1 : 2 * divide_up(16, units);
    const int slices = std::clamp(wanted, 1, std::max(1, divide_up(lines, gradient.lines_each())));
    const int shares = std::min(units, threads() == 1 ? 1 : divide_up(2 * threads(), slices));
    Tensor others = slices > 1 ? Tensor::unset({(slices - 1) * kh, kw, c, dw.shape.c}) : Tensor();
    parallel_for(slices * shares, [&](int task) {
        const int slice = task / shares, share = task % shares;
        const MutableView to = slice == 0 ? dw : others.view().images((slice - 1) * kh, kh);
        const Range mine = share_of(units, share, shares), all = share_of(lines, slice, slices);
        const Range panels{mine.begin / d.tiles, divide_up(mine.end, d.tiles)};
        const int each = gradient.lines_each(), blocks = divide_up(all.size(), each);
        Memory memory;
        for (int i = 0; i < panels.size() * blocks; ++i) {
            // All panels while a block is near, where they would read a large map again and again; or else
            // all blocks while a panel of dw is near.
            const int p = panels.begin + (far ? i % panels.size() : i / blocks);
            const int block = far ? i / panels.size() : i % blocks, line = all.begin + block * each;
            const Range tiles{std::max(0, mine.begin - p * d.tiles),
                              std::min(d.tiles, mine.end - p * d.tiles)};
            gradient.add(p / d.panels, p % d.panels, tiles, {line, std::min(all.end, line + each)},
                         block == 0, memory, to);
        }
    });
    for (int slice = 1; slice < slices; ++slice) add(others.view().images((slice - 1) * kh, kh), dw);
    // [slices]
}

void conv2d_backward_filters_into(View dy, View x, const Convolution& layer, MutableView dw) {
    require_gradient(dy, convolved_shape(x.shape, dw.shape, layer));
    if (one_channel(dw.shape, layer) && dy.next_pixel == dy.shape.c)
        copy(one_channel_backward_filters(dy, x, dw.shape, layer), dw);
    else if (layer.mode == PaddingMode::constant || layer.padding == Sides(0))
        backward_filters(dy, x, layer.stride, layer.padding, layer.groups, 1, dw);
    else
        backward_filters(dy, pad(x, {layer.padding, layer.mode}), layer.stride, 0, layer.groups, 1, dw);
}

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    Tensor dw = Tensor::unset(w);
    conv2d_backward_filters_into(dy, x, layer, dw);
    return dw;
}

}  // namespace cnn::optimized
