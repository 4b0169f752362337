// The gradient for the filters, by the forward pass's walks: dy takes the place of the sums, and the sums
// that of the filters.
#include "common/kernels/nontemporal.hpp"
#include "common/machine/parallel.hpp"
#include "filter_kernels.hpp"
#include "tiles.hpp"

namespace cnn::engine::depthwise {

using simd::lanes, simd::vec;

namespace {

/// So many pixels of dy are worth sums of their own: in strips, which should be long, and in pairs of rows.
constexpr int strip_pixels = 3072, pair_pixels = 512;

/// Pairs of rows, of all images one after the other.
struct Pairs {
    int each, count;
    explicit Pairs(const Shape& y) : each(divide_up(y.h, pair)), count(y.n * each) {}
};

/// Adds what some pairs give for these channels to sums.
void add_gradient(View dy, View x, const Windows& windows, Range some, bool uncached, MutableView sums) {
    const Pairs of_rows(dy.shape);
    const int s = windows.stride.h;
    const bool paired = uncached || s == 2, deep = crowded(x, windows);
    for (int at = some.begin, next; at < some.end; at = next) {
        const int n = at / of_rows.each;
        next = std::min((n + 1) * of_rows.each, some.end);
        const auto row = [&](int p) { return std::min((p - n * of_rows.each) * pair, dy.shape.h); };
        const Range rows{row(at), row(next)};
        const auto tile = [&](int i, int j, int height, const Source& from) {
            return FilterTile{from,      dy.pixel(n, i, j), dy.row_pitch,     dy.pixel_pitch,
                              sums.data, sums.row_pitch,    sums.pixel_pitch, height};
        };
        for_each_tile(
            x, windows, {n, rows, {0, dy.shape.w}}, paired ? pair : rows.size(),
            [&](int i, int j, const Extent& size, const Source& from) {
                const bool is_wide = size.w == wide;
                const FilterKernel kernel = deep     ? filter_deep_kernel(is_wide)
                                            : paired ? filter_pair_kernel(s, size.h, is_wide, uncached)
                                                     : filter_strip_kernel(is_wide);
                kernel(tile(i, j, size.h, from));
            },
            [&](int i, int j, int pixels, const Source& from) {
                filter_run_kernel(pixels, from.channels < lanes)(tile(i, j, 1, from));
            });
    }
}

}  // namespace

void filter_gradient(View dy, View x, const Windows& windows, MutableView dw) {
    // Blocks of rows have sums of their own, added up in order at the end: how many there are may not depend
    // on threads.  Channels meet no others, so threads may share them as they like.
    const int channels = x.shape.c, vectors = std::max(1, channels / lanes);
    const Pairs pairs(dy.shape);
    const std::int64_t pixels = dy.shape.size() / channels;
    const int worth = windows.stride.h == 2 ? pair_pixels : strip_pixels;
    const int blocks = int(std::clamp<std::int64_t>(pixels / worth, 1, pairs.count));
    const int parts = threads() == 1 ? 1 : std::clamp(divide_up(2 * threads(), blocks), 1, vectors);

    // (block, row of the filter, tap, channel): the last vector may overlap the one before and has its own
    // place.  One block of whole vectors needs no other place than dw, so no thread reads what another wrote.
    const int kh = windows.kernel.h, kw = windows.kernel.w;
    const bool direct = blocks == 1 && channels % lanes == 0;
    Tensor others = direct ? Tensor() : Tensor::uninitialized({blocks, kh, kw, (vectors + 1) * lanes});
    const MutableView sums =
        direct ? MutableView{dw.data, {1, kh, kw, channels}, 0, dw.image_pitch, dw.row_pitch} : others.view();
    parallel_for(blocks * parts, [&](int task) {
        const int block = task / parts, part = task % parts;
        const Range mine = share_of(vectors, part, parts);
        const int c = mine.begin * lanes;
        const auto of_part = [&](auto all) {
            return all.channels(c, (part + 1 == parts ? all.shape.c : mine.end * lanes) - c);
        };
        const MutableView to = of_part(sums.images(block, 1));
        fill(to, 0);
        add_gradient(of_part(dy), of_part(x), windows, share_of(pairs.count, block, blocks),
                     large(x.shape.size() + dy.shape.size()), to);
    });
    if (direct) return;

    for (int m = 0; m < kh; ++m)
        for (int l = 0; l < kw; ++l)
            for (int c = 0; c < channels; c += lanes) {
                vec sum = vec::load(sums.pixel(0, m, l) + c);
                for (int block = 1; block < blocks; ++block)
                    sum = sum + vec::load(sums.pixel(block, m, l) + c);
                real* to = dw.pixel(m, l, 0);
                if (channels < lanes)
                    sum.store_first(channels, to);
                else
                    sum.store(to + std::min(c, channels - lanes));
            }
}

}  // namespace cnn::engine::depthwise
