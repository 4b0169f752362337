#include "convolution_engine.hpp"

#include <algorithm>
#include <numeric>

#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"

namespace cnn::engine {

// [phase]
AxisPhase::AxisPhase(int phase, int kernel, int stride, int padding, int tap_dilation) {
    const int shared = std::gcd(stride, tap_dilation);
    pixel = int(((std::int64_t{phase} - padding) % stride + stride) % stride);
    step = stride / shared;
    dilation = tap_dilation / shared;
    tap = 0;
    while (tap < std::min(step, kernel) && std::int64_t{tap} * tap_dilation % stride != phase) ++tap;
    taps = tap < std::min(step, kernel) ? divide_up(kernel - tap, step) : 0;
    before = (taps - 1) * dilation - (pixel + padding - tap * tap_dilation) / stride;
}
// [phase]

TransposedFilters::TransposedFilters(View w, Extent stride, Sides padding, int groups, Extent dilation,
                                     int line)
    : stride_(stride) {
    const int filters = w.shape.c / groups;
    // The first taps up to a phase's step each belong to another phase; all other phases have no taps.
    const auto step = [](int of_stride, int of_dilation) {
        return of_stride / std::gcd(of_stride, of_dilation);
    };
    for (int m = 0; m < std::min(w.shape.n, step(stride.h, dilation.h)); ++m)
        for (int n = 0; n < std::min(w.shape.h, step(stride.w, dilation.w)); ++n) {
            const int row = int(std::int64_t{m} * dilation.h % stride.h),
                      column = int(std::int64_t{n} * dilation.w % stride.w);
            const AxisPhase v(row, w.shape.n, stride.h, padding.top, dilation.h);
            const AxisPhase h(column, w.shape.h, stride.w, padding.left, dilation.w);

            // The taps in reverse, inputs and outputs exchanged.
            FilterView reversed;
            reversed.data = w.pixel(v.tap + (v.taps - 1) * v.step, h.tap + (h.taps - 1) * h.step, 0);
            reversed.shape = {v.taps, h.taps, filters, w.shape.w * groups};
            reversed.row_pitch = -v.step * w.image_pitch;
            reversed.column_pitch = -h.step * w.row_pitch;
            reversed.channel_pitch = 1;
            reversed.filter_pitch = w.pixel_pitch;
            reversed.group_pitch = filters;
            phases_.push_back(
                {v.pixel,
                 h.pixel,
                 {{}, {v.dilation, h.dilation}, v.before, h.before},
                 PackedFilters(reversed, groups, int((std::int64_t{line} + stride.w - 1) / stride.w), 1)});
        }
}

// [gather]
void transposed(View dy, const TransposedFilters& w, View b, MutableView dx) {
    // Pixels that no tap reaches: the bias alone.
    if (std::int64_t(w.phases().size()) < std::int64_t{w.stride().h} * w.stride().w) {
        std::vector<real> alone(std::size_t(dx.shape.c));
        if (!b.empty()) std::copy_n(b.data, alone.size(), alone.begin());
        parallel_for(dx.rows(), [&](int row) {
            for (int j = 0; j < dx.shape.w; ++j) std::ranges::copy(alone, dx.row(row).pixel(0, 0, j));
        });
    }
    const Extent step{std::min(w.stride().h, dx.shape.h), std::min(w.stride().w, dx.shape.w)};
    for (const TransposedFilters::Phase& phase : w.phases())
        if (phase.top < dx.shape.h && phase.left < dx.shape.w)
            direct(dy, phase.filters, {.bias = b}, phase.geometry, dx.strided(step, phase.top, phase.left));
}
// [gather]

}  // namespace cnn::engine
