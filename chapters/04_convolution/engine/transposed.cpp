#include "convolution_engine.hpp"

#include <algorithm>
#include <numeric>

#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"

namespace cnn::engine {

// [phase]
AxisPhase::AxisPhase(int phase, int kernel, int stride, int padding, int tap_dilation) {
    const int shared = std::gcd(stride, tap_dilation);
    pixel = ((phase - padding) % stride + stride) % stride;
    step = stride / shared;
    dilation = tap_dilation / shared;
    tap = 0;
    while (tap < step && tap * tap_dilation % stride != phase) ++tap;
    taps = tap < std::min(step, kernel) ? divide_up(kernel - tap, step) : 0;
    before = (taps - 1) * dilation - (pixel + padding - tap * tap_dilation) / stride;
}
// [phase]

TransposedFilters::TransposedFilters(View w, Extent stride, Sides padding, int groups, Extent dilation,
                                     int line)
    : stride_(stride) {
    const int filters = w.shape.c / groups;
    for (int row = 0; row < stride.h; ++row)
        for (int column = 0; column < stride.w; ++column) {
            const AxisPhase v(row, w.shape.n, stride.h, padding.top, dilation.h);
            const AxisPhase h(column, w.shape.h, stride.w, padding.left, dilation.w);
            phases_.push_back({v.pixel, h.pixel, {{}, {v.dilation, h.dilation}, v.before, h.before}, {}});
            if (v.taps == 0 || h.taps == 0) continue;

            // The taps in reverse, inputs and outputs exchanged.
            FilterView reversed;
            reversed.data = w.pixel(v.tap + (v.taps - 1) * v.step, h.tap + (h.taps - 1) * h.step, 0);
            reversed.shape = {v.taps, h.taps, filters, w.shape.w * groups};
            reversed.row_pitch = -v.step * w.image_pitch;
            reversed.column_pitch = -h.step * w.row_pitch;
            reversed.channel_pitch = 1;
            reversed.filter_pitch = w.pixel_pitch;
            reversed.group_pitch = filters;
            phases_.back().filters.emplace_back(reversed, groups, divide_up(line, stride.w), 1);
        }
}

// [gather]
void transposed(View dy, const TransposedFilters& w, const real* b, bool relu, MutableView dx) {
    for (const TransposedFilters::Phase& phase : w.phases()) {
        if (phase.top >= dx.shape.h || phase.left >= dx.shape.w) continue;
        const MutableView pixels = dx.strided(w.stride(), phase.top, phase.left);
        if (!phase.filters.empty()) {
            direct(dy, phase.filters[0], b, phase.geometry, relu, pixels);
            continue;
        }
        // No tap reaches these: the bias alone.
        std::vector<real> alone(std::size_t(dx.shape.c));
        for (std::size_t c = 0; b != nullptr && c < alone.size(); ++c)
            alone[c] = relu ? std::max(b[c], real{0}) : b[c];
        parallel_for(pixels.rows(), [&](int line) {
            for (int j = 0; j < pixels.shape.w; ++j)
                std::ranges::copy(alone, pixels.row(line).pixel(0, 0, j));
        });
    }
}
// [gather]

}  // namespace cnn::engine
