// The gradient for the filters: for each tap, products of input channels and output channels summed over
// pixels.
//
//   1. naive    every product is added to its element of dw in memory
//   2. tile     channels x vectors of filters stay in registers while the pixels stream past; tiles of one
//               height follow each other in one call: 1.05 times as fast where there are few pixels
//   3. blocks   of pixels that stay in the cache for all taps and channels; dy is packed once for each, and
//               the sums of a thread lie together: 1.4 times as fast where two threads share no cache
//   4. near     one tap: sums of 192 channels x 192 filters stay in the second-level cache while the blocks
//               pass, so each is read once for so many: from 75-90 to 88-95 % of the peak for 16 images
//   5. columns  few input channels: all taps of a kernel row are one run of kw * c channels; only windows
//               that reach over the border are copied
//   6. groups   several groups of few channels share a vector, as in the forward pass
//   7. slices   where tiles are few, the pixels are shared out too; the slices' sums are added in order.  Of
//               maps that leave the caches each thread then reads its half alone: 0.82 to 0.93 of the peak
//   8. taps     of small maps, threads share taps, not channels: where their parts of dw touch, one fetches
//               the other's, unasked, and that is once, not once for each tap: 1.01 to 1.07 on two threads
//   9. fetched  while one block is summed, the next comes from afar: 1.3 to 1.7 times as fast where maps
//               leave the caches
#include <algorithm>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/kernels/nontemporal.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "convolution_engine.hpp"
#include "gradient_block.hpp"
#include "narrow.hpp"

namespace cnn::engine {

using namespace convolution;
using simd::lanes;

namespace {

// dw of finite numbers: zeros of the padding may be multiplied.
void sum_products(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                  MutableView dw) {
    // With few channels the taps of a row are one run of kw * c, if no pixel is missing at the border.
    Tensor copied;
    int whole_row = 0;
    if (groups == 1 && dw.shape.h > 1 && dw.shape.w < lanes && dilation.w == 1) {
        const int kw = dw.shape.h, c = dw.shape.w;
        if (x.pixel_pitch != c || std::min(padding.left, padding.right) < 0) {
            x = copied = optimized::pad(x, {{0, 0, padding.left, padding.right}});
            padding.left = padding.right = 0;
        }
        whole_row = x.shape.w * c;
        x.shape.w -= kw - 1;
        x.shape.c = kw * c;
        dw.shape.h = 1, dw.shape.w = kw * c;
    }
    const int kh = dw.shape.n, kw = dw.shape.h, c = dw.shape.w;
    // Pixels that a stride sets whole pages apart share one place of the nearest cache.  Those that one tap
    // sees are brought together.
    const bool crowded =
        stride.w > 1 && same_cache_set(stride.w * x.pixel_pitch * std::ptrdiff_t{sizeof(real)});
    if (crowded && whole_row == 0 && kh == 1 && kw == 1 && padding == Sides(0)) {
        copied = Tensor::uninitialized({x.shape.n, dy.shape.h, dy.shape.w, x.shape.c});
        copy(x.strided(stride).window(0, 0, {dy.shape.h, dy.shape.w}), copied);
        x = copied, stride = 1;
    }
    // One tap that sees every pixel: an image is one line.
    if (kh == 1 && kw == 1 && stride == Extent(1) && padding == Sides(0) && dy.shape.h * dy.shape.w <= 256 &&
        x.row_pitch == x.shape.w * x.pixel_pitch && dy.row_pitch == dy.shape.w * dy.pixel_pitch) {
        x.shape.w *= x.shape.h, dy.shape.w *= dy.shape.h;
        x.shape.h = dy.shape.h = 1;
        x.row_pitch = x.image_pitch, dy.row_pitch = dy.image_pitch;
    }

    const FilterDivision d(dw.shape, groups);
    const FilterGradient gradient{
        dy, x, stride, padding, dilation, d, whole_row, CacheBlocking(d, kh * kw, stride.w * x.pixel_pitch)};

    // [slices]
    // At least 16 tasks, as far as each slice has so many pixels that adding up its sums costs little beside;
    // and two slices of maps so large that each thread should read its own half alone.
    // The number of slices is even, and does not depend on the threads, so the order of the sums does not
    // either.
    constexpr std::int64_t worth_sums = 512;  // pixels
    const int units = d.units(), lines = dy.rows();
    const std::int64_t pixels = std::int64_t{lines} * dy.shape.w;
    const std::int64_t numbers = x.shape.size() + dy.shape.size();
    const bool vast = large(numbers) && numbers > 64 * dw.shape.size();
    const int wanted = units < 16 ? divide_up(8, units) : vast ? 1 : 0;
    const std::int64_t most = std::min<std::int64_t>(lines, pixels / worth_sums);
    const int slices = std::max(1, 2 * int(std::clamp<std::int64_t>(most / 2, 0, wanted)));
    // What takes less than ten microseconds is not worth waking a thread.
    const bool brief = pixels * dw.shape.size() < (1 << 19);
    const int shares = std::min(units, threads() == 1 || brief ? 1 : divide_up(threads(), slices));
    // Of small maps, threads share taps: their parts of dw then touch in one place, not once for each tap.
    const bool by_tap =
        shares > 1 && d.banks == 1 && kh * kw > 1 && stride == Extent(1) && !gradient.fetches();
    Tensor others = slices > 1 ? Tensor::uninitialized({(slices - 1) * kh, kw, c, dw.shape.c}) : Tensor();
    parallel_for(slices * shares, [&](int task) {
        const int slice = task / shares, share = task % shares;
        gradient.sum({share_of(units * (by_tap ? kh * kw : 1), share, shares), by_tap},
                     share_of(lines, slice, slices),
                     slice == 0 ? dw : others.view().images((slice - 1) * kh, kh));
    });
    // Their sums, each thread those of its own channels.
    const int parts =
        int(std::clamp<std::int64_t>(slices * dw.shape.size() >> 14, 1, std::min(c, threads())));
    parallel_for(slices > 1 ? parts : 0, [&](int part) {
        const Range mine = share_of(c, part, parts);
        const auto of = [&](MutableView all) { return all.window(0, mine.begin, {kw, mine.size()}); };
        for (int slice = 1; slice < slices; ++slice)
            add(of(others.view().images((slice - 1) * kh, kh)), of(dw));
    });
    // [slices]
}

// [taps]
// dw tap by tap, each over the pixels of the map that it sees: nothing is multiplied with padding.
void sum_seen_products(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                       MutableView dw) {
    for (int m = 0; m < dw.shape.n; ++m)
        for (int l = 0; l < dw.shape.h; ++l) {
            const MutableView tap = dw.images(m, 1).window(l, 0, {1, dw.shape.w});
            const int top = m * dilation.h - padding.top, left = l * dilation.w - padding.left;
            const Range rows = inside(top, stride.h, dy.shape.h, x.shape.h);
            const Range columns = inside(left, stride.w, dy.shape.w, x.shape.w);
            if (rows.empty() || columns.empty()) {
                fill(tap, 0);
                continue;
            }
            const Extent seen{(rows.size() - 1) * stride.h + 1, (columns.size() - 1) * stride.w + 1};
            sum_products(dy.window(rows.begin, columns.begin, {rows.size(), columns.size()}),
                         x.window(top + rows.begin * stride.h, left + columns.begin * stride.w, seen), stride,
                         0, groups, 1, tap);
        }
}
// [taps]

}  // namespace

void backward_filters(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                      MutableView dw) {
    sum_products(dy, x, stride, padding, groups, dilation, dw);
    // An infinite dy times a zero of the padding is NaN, in dw.  The smaller of the two is the faster to see.
    if (padding != Sides(0) && !all_finite(dy.shape.size() < dw.shape.size() ? dy : View(dw)))
        sum_seen_products(dy, x, stride, padding, groups, dilation, dw);
}

void conv2d_backward_filters_into(View dy, View x, const Convolution& layer, MutableView dw) {
    require_gradient(dy, convolved_shape(x.shape, dw.shape, layer));
    if (one_channel(dw.shape, layer) && dy.pixel_pitch == dy.shape.c) {
        const Tensor sums = one_channel_backward_filters(dy, x, dw.shape, layer);
        if (all_finite(sums)) return copy(sums, dw);  // otherwise zeros may have met infinite numbers
    }
    if (layer.mode == PaddingMode::constant || layer.padding == Sides(0))
        backward_filters(dy, x, layer.stride, layer.padding, layer.groups, 1, dw);
    else
        backward_filters(dy, optimized::pad(x, {layer.padding, layer.mode}), layer.stride, 0, layer.groups, 1,
                         dw);
}

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    Tensor dw = Tensor::uninitialized(w);
    conv2d_backward_filters_into(dy, x, layer, dw);
    return dw;
}

}  // namespace cnn::engine
