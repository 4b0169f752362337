// The layer on windows that were cut out of its input.
#include <memory>

#include "convolution_engine.hpp"

namespace cnn::engine {

// [on_windows]
PreparedSum prepared_on_windows(View w, View b, const Convolution& layer) {
    constexpr int usual = 128;  // windows
    const Extent K = layer.kernel;
    const int taps = K.h * K.w * w.shape.w;
    if (layer.groups > 1) {
        const auto packed = std::make_shared<const PackedFilters>(w, layer.groups, 1, K.w);
        return [=](View windows, View residual, MutableView to) {
            direct(windows, *packed, {b, residual, layer.activation}, {.stride = K}, to);
        };
    }
    // Windows share nothing: each is one pixel of as many channels as it has taps.
    w = {w.data, {.w = taps, .c = w.shape.c}, w.shape.size(), w.shape.size(), w.shape.c};
    const auto packed = std::make_shared<const PackedFilters>(w, 1, usual);
    return [=](View windows, View residual, MutableView to) {
        const auto line = [](auto column) {
            using Column = decltype(column);
            return Column{column.data, {1, 1, column.shape.h, column.shape.c}, 0, 0, column.row_pitch};
        };
        const View pixels{windows.data, {1, 1, to.shape.h, taps}, 0, 0, taps};
        direct(pixels, *packed, {b, residual.empty() ? residual : line(residual), layer.activation}, {},
               line(to));
    };
}
// [on_windows]

}  // namespace cnn::engine
