#include "repeated.hpp"

#include <array>
#include <numeric>
#include <utility>

#include "common/machine/simd.hpp"

namespace cnn::engine::convolution {

using simd::lanes, simd::vec;

namespace {

// All `count` numbers of `to`, in whole turns: after each a vector starts with a new pixel again.
template <int times>
void repeat(const real* pixels, std::ptrdiff_t count, real* to) {
    constexpr int turn = std::lcm(times, lanes);
    const auto write = [&]<int... v>(std::integer_sequence<int, v...>) {
        (simd::repeat<times, v * lanes % times>(vec::load(pixels + v * lanes / times)).store(to + v * lanes),
         ...);
    };
    for (const real* end = to + count; to < end; to += turn, pixels += turn / times)
        write(std::make_integer_sequence<int, turn / lanes>{});
}

template <int... times>
constexpr auto all_repeats(std::integer_sequence<int, times...>) {
    return std::array{repeat<times + 1>...};
}
constexpr auto repeats = all_repeats(std::make_integer_sequence<int, lanes / 2>());

}  // namespace

Repeated::Repeated(Extent padded, int times)
    : times_(times),
      width_(padded.w),
      next_row_(((width_ * times + lanes) / std::lcm(times, lanes) + 1) * std::lcm(times, lanes)),
      pixels_({.h = padded.h, .w = next_row_ / times + lanes}),
      numbers_(Tensor::uninitialized({.h = padded.h, .w = next_row_})) {}

void Repeated::fill(View x, int n, Sides padding) {
    const int height = pixels_.shape().h;
    const int top = std::max(0, -padding.top), bottom = std::min(x.shape.h, height - padding.top);
    const int left = std::max(0, -padding.left), right = std::min(x.shape.w, width_ - padding.left);
    for (int i = top; i < bottom; ++i) {
        real* to = pixels_.view().pixel(0, i + padding.top, padding.left);
        const real* from = x.pixel(n, i, 0);
        for (int j = left; j < right; ++j) to[j] = from[j * x.pixel_pitch];
    }
    for (int i = 0; i < height; ++i)
        repeats[std::size_t(times_ - 1)](pixels_.view().pixel(0, i, 0), next_row_,
                                         numbers_.view().pixel(0, i, 0));
}

}  // namespace cnn::engine::convolution
