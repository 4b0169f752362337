#include "common/book/preprocess.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/files/image.hpp"

namespace cnn {

namespace {

/// Grey from colour or colour from grey, where they differ.
Tensor with_channels(Tensor picture, int channels) {
    const Shape s = picture.shape();
    if (s.c == channels) return picture;
    Tensor result = Tensor::uninitialized({.h = s.h, .w = s.w, .c = channels});
    for (int i = 0; i < s.h; ++i)
        for (int j = 0; j < s.w; ++j) {
            const real* from = picture.view().pixel(0, i, j);
            const real grey =
                s.c == 3 ? real(0.299) * from[0] + real(0.587) * from[1] + real(0.114) * from[2] : from[0];
            std::fill_n(result.view().pixel(0, i, j), channels, grey);
        }
    return result;
}

/// Whether the pixels on the border are brighter than the middle of the range, on average.
bool has_bright_border(View x) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < x.shape.h; ++i)
        for (int j = 0; j < x.shape.w; ++j) {
            if (i > 0 && i + 1 < x.shape.h && j > 0 && j + 1 < x.shape.w) continue;
            for (int c = 0; c < x.shape.c; ++c, ++count) sum += double(x(0, i, j, c));
        }
    return sum > 0.5 * count;
}

}  // namespace

Extent scaled_size(Extent picture, const Preprocessing& how, Extent input) {
    const double scale = how.shorter_side > 0
                             ? double(how.shorter_side) / std::min(picture.h, picture.w)
                             : std::max(double(input.h) / picture.h, double(input.w) / picture.w);
    require(std::max(picture.h, picture.w) * scale <= 1e9, "preprocess: a picture of ", picture,
            " is too elongated for an input of ", input, "; crop it first");
    return {std::max(input.h, int(std::lround(picture.h * scale))),
            std::max(input.w, int(std::lround(picture.w * scale)))};
}

std::vector<real> in_units(double value, const Preprocessing& how, int channels) {
    std::vector<real> units;
    for (int c = 0; c < channels; ++c) {
        const auto from = std::size_t(how.bgr && channels == 3 ? 2 - c : c);
        units.push_back(real((value - how.mean.at(from)) / how.deviation.at(from)));
    }
    return units;
}

Seen preprocess(View picture, const Preprocessing& how, const Shape& input) {
    const Shape& s = picture.shape;
    require(s.n == 1 && s.h >= 1 && s.w >= 1 && (s.c == 1 || s.c == 3) && (input.c == 1 || input.c == 3),
            "preprocess: a picture of ", s, " for an input of ", input,
            "; both must be one image of 1 (grey) or 3 (RGB) channels");
    const Extent size = scaled_size({s.h, s.w}, how, {input.h, input.w});
    const auto offset = [](int room) { return int(std::nearbyint(room / 2.0)); };
    const int top = offset(size.h - input.h), left = offset(size.w - input.w);
    Tensor x = with_channels(resample(picture, size, top, left, {input.h, input.w}), input.c);

    const bool inverted = how.bright_on_dark && has_bright_border(x);
    if (inverted)
        for (real& value : x.flat()) value = 1 - value;
    const std::vector<real> zero = in_units(0, how, input.c), one = in_units(1, how, input.c);
    for (int i = 0; i < input.h; ++i)
        for (int j = 0; j < input.w; ++j) {
            real* pixel = x.view().pixel(0, i, j);
            if (how.bgr && input.c == 3) std::swap(pixel[0], pixel[2]);
            for (int c = 0; c < input.c; ++c) {
                const auto k = std::size_t(c);
                pixel[c] = zero[k] + pixel[c] * (one[k] - zero[k]);
            }
        }
    const double down = double(s.h) / size.h, across = double(s.w) / size.w;
    return {std::move(x), top * down, left * across, input.h * down, input.w * across, inverted};
}

}  // namespace cnn
