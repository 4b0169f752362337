#include <algorithm>
#include <array>
#include <cstdlib>

#include "common/base/error.hpp"
#include "padding.hpp"

namespace cnn {

std::string_view name(PaddingMode mode) {
    constexpr std::array names = {"constant", "replicate", "symmetric", "reflect", "circular"};
    return names[std::size_t(mode)];
}

namespace {

// The length of one padded axis, refused where the mode has nothing to put there.
int padded_extent(const char* axis, int n, int before, int after, PaddingMode mode) {
    constexpr std::int64_t most = std::int64_t{1} << 30;  // so that no sum of two places wraps round
    const std::int64_t sides = std::max(std::abs(std::int64_t{before}), std::abs(std::int64_t{after}));
    const std::int64_t wide = std::int64_t{n} + before + after;
    require(std::max(sides, wide) < most, "pad: ", axis, " ", n, " with ", before, " before and ", after,
            " after; each side and the padded map must stay below 2^30");
    require(wide > 0, "pad: ", axis, " ", n, " with ", before, " before and ", after,
            " after leaves nothing; crop less");
    const int padded = int(wide);
    if (mode == PaddingMode::constant || (before <= 0 && after <= 0)) return padded;
    require(n > 0, "pad: ", name(mode), " padding of an empty ", axis, "; only a constant can stand there");
    require(mode != PaddingMode::reflect || n > 1, "pad: reflect padding needs a second pixel, but the ",
            axis, " is 1; use symmetric or replicate");
    return padded;
}

// [same]
// Both sides of one axis together: what the last window reaches over.
int same_total(int size, int kernel, int stride, int dilation) {
    require(kernel >= 1 && stride >= 1 && dilation >= 1, "same padding: kernel ", kernel, ", stride ", stride,
            " and dilation ", dilation, "; each must be at least 1");
    const std::int64_t windows = (std::int64_t{size} + stride - 1) / stride,
                       reach = (std::int64_t{kernel} - 1) * dilation + 1;
    const std::int64_t total = std::max<std::int64_t>(0, (windows - 1) * stride + reach - size);
    require(total < 1 << 30, "same padding: kernel ", kernel, ", stride ", stride, " and dilation ", dilation,
            " need ", total, " around ", size, "; that must stay below 2^30");
    return int(total);
}
// [same]

class Pad : public Operation {
public:
    explicit Pad(const Padding& padding) : padding_(padding) {}

    std::string kind() const override { return "pad"; }
    Shape output(const Shapes& x) const override { return padded_shape(x[0], padding_); }
    Window window(const Shapes& /*inputs*/) const override {
        return {.padding = padding_.sides, .repeats = padding_.mode != PaddingMode::constant};
    }

    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive)
            copy(naive::pad(call.inputs[0], padding_), y);
        else
            optimized::pad_into(call.inputs[0], padding_, y);
    }
    void backward(const Backward& call) const override {
        if (call.input_gradients[0].empty()) return;
        const auto pad_backward =
            call.mode.kernels == Kernels::naive ? naive::pad_backward : optimized::pad_backward;
        copy(pad_backward(call.output_gradient, call.inputs[0].shape, padding_), call.input_gradients[0]);
    }

private:
    Padding padding_;
};

}  // namespace

Shape padded_shape(const Shape& x, const Padding& padding) {
    const Sides& s = padding.sides;
    return {x.n, padded_extent("height", x.h, s.top, s.bottom, padding.mode),
            padded_extent("width", x.w, s.left, s.right, padding.mode), x.c};
}

Sides same_upper(const Shape& x, Extent kernel, Extent stride, Extent dilation) {
    const int rows = same_total(x.h, kernel.h, stride.h, dilation.h),
              columns = same_total(x.w, kernel.w, stride.w, dilation.w);
    return {rows / 2, rows - rows / 2, columns / 2, columns - columns / 2};
}

Sides same_lower(const Shape& x, Extent kernel, Extent stride, Extent dilation) {
    const Sides upper = same_upper(x, kernel, stride, dilation);
    return {upper.bottom, upper.top, upper.right, upper.left};
}

void require_padded(const Shape& y, const Shape& x, const Padding& padding) {
    const Shape right = padded_shape(x, padding);
    require(y == right, "pad: the output or its gradient is ", y, "; a map of ", x, " is padded to ", right);
}

Node pad(Node x, const Padding& padding, std::string name) {
    return x.then(std::make_shared<Pad>(padding), std::move(name));
}

}  // namespace cnn
