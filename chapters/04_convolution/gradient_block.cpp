#include "gradient_block.hpp"

#include <algorithm>

namespace cnn::optimized {

using simd::lanes;

FilterDivision::FilterDivision(const Shape& dw, int groups)
    : banks(groups), channels(dw.w), filters(dw.c / groups) {
    const bool shared = groups > 1 && channels == filters && channels < lanes && lanes % channels == 0;
    if (shared) shared_by = channels, filters *= groups, banks = 1;
    vectors = divide_up(filters, lanes);
    panels = divide_up(vectors, shared ? widest_shared(channels) : widest_gradient);
    tiles = shared ? 1 : divide_up(channels, most_channels(divide_up(vectors, panels)));
}

// Lines of a panel's gradients, one after the other, in whole vectors.
void FilterGradient::pack(const View& panel, Range lines, MutableView packed) const {
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

void FilterGradient::add(int bank, int panel, Range tiles, Range block, bool start, BlockMemory& memory,
                         MutableView dw) const {
    const FilterDivision& d = division;
    const Range vectors = share_of(d.vectors, panel, d.panels);
    const int vecs = vectors.size(), width = vecs * lanes, first_filter = vectors.begin * lanes;
    const int count = std::min(width, d.filters - first_filter), filter = bank * d.filters + first_filter;
    // The first channel that the panel sees.
    const int channel = d.shared_by > 0 ? first_filter : bank * d.channels;
    const View panel_dy = dy.channels(filter, count);
    // Packed are vectors that are not whole, and lines that lie apart and are read often.
    const int reads = dw.shape.n * dw.shape.h * tiles.size();
    const bool packs = count < width || (dy.next_pixel > width && reads > 16);
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

}  // namespace cnn::optimized
