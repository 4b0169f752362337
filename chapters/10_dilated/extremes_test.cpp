// What is infinite, and what is huge.
#include <limits>

#include "dilated.hpp"
#include "infinities_testing.hpp"

using namespace cnn;
using namespace cnn::infinities_testing;

TEST_SUITE_BEGIN("10 dilated extremes");

TEST_CASE("s-14: infinities and NaN reach what naive says and padding adds nothing") {
    Random random(fuzz_seed("dilated infinities", 1406));
    for (int trial = 0; trial < 200; ++trial) {
        const int channels = 1 + random.below(9), filters = 1 + random.below(20);
        const Shape w_shape{1 + random.below(3), 1 + random.below(3), channels, filters};
        const Shape x_shape{1 + random.below(2), 3 + random.below(5), 3 + random.below(9), channels};
        const DilatedConvolution layer{.dilation = {1 + random.below(4), 1 + random.below(4)},
                                       .stride = 1 + random.below(2),
                                       .padding = random.below(6)};
        if (error_of([&] { dilated_shape(x_shape, w_shape, layer); }) != "no error") continue;
        CAPTURE(trial);
        const Tensor x = with_infinities(x_shape, random), w = with_infinities(w_shape, random);
        const Tensor y = naive::dilated_conv2d(x, w, {}, layer), dy = with_infinities(y.shape(), random);
        CHECK(same_or_nan(optimized::dilated_conv2d(x, w, {}, layer), y));
        CHECK(same_or_nan(optimized::dilated_conv2d_backward_input(dy, w, x_shape, layer),
                          naive::dilated_conv2d_backward_input(dy, w, x_shape, layer)));
        CHECK(same_or_nan(optimized::dilated_conv2d_backward_filters(dy, x, w_shape, layer),
                          naive::dilated_conv2d_backward_filters(dy, x, w_shape, layer)));
    }
    // Eight taps of nine meet only padding.
    Tensor w({3, 3, 1, 1}), one({.w = 1});
    fill(w, -std::numeric_limits<real>::infinity());
    w(1, 1, 0, 0) = 5, one(0, 0, 0, 0) = 1;
    for (const auto dilated : {naive::dilated_conv2d, optimized::dilated_conv2d})
        CHECK(dilated(one, w, {}, {.dilation = 3, .padding = 3})(0, 0, 0, 0) == 5);
}

TEST_CASE("s-14: huge dilations and strides and paddings are right or one Error") {
    constexpr int huge = std::numeric_limits<int>::max();
    const Tensor x = small_integers({.h = 5, .w = 6, .c = 3}), one_tap = small_integers({1, 1, 3, 4}, 2),
                 w = small_integers({3, 2, 3, 4}, 3);
    const auto same = [&](const Tensor& taps, const DilatedConvolution& layer) {
        const Tensor y = naive::dilated_conv2d(x, taps, {}, layer), dy = small_integers(y.shape(), 4);
        CHECK(optimized::dilated_conv2d(x, taps, {}, layer) == y);
        CHECK(optimized::dilated_conv2d_backward_input(dy, taps, x.shape(), layer) ==
              naive::dilated_conv2d_backward_input(dy, taps, x.shape(), layer));
        CHECK(optimized::dilated_conv2d_backward_filters(dy, x, taps.shape(), layer) ==
              naive::dilated_conv2d_backward_filters(dy, x, taps.shape(), layer));
    };
    for (const int stride : {1000, 1 << 27, huge - 1}) {
        same(one_tap, {.dilation = huge, .stride = stride});
        same(w, {.dilation = 2, .stride = stride, .padding = 1});
    }
    const auto refused = [&](const DilatedConvolution& layer) {
        return error_of([&] { dilated_shape(x.shape(), w.shape(), layer); });
    };
    CHECK(refused({.dilation = 1 << 30}) ==
          "dilated_conv2d: 3 taps 1073741824 apart span 2147483649 pixels; that must stay below 2^30");
    CHECK(refused({.dilation = huge}) ==
          "dilated_conv2d: 3 taps 2147483647 apart span 4294967295 pixels; that must stay below 2^30");
    CHECK(refused({.padding = huge}) ==
          "dilated_conv2d, 3x2 taps 2x2 apart: conv2d: the padded input is 4294967299x4294967300 with a "
          "padding of top 2147483647 bottom 2147483647 left 2147483647 right 2147483647; each side and the "
          "padded map must stay below 2^30");
    CHECK(error_of([&] { with_zeros(w, 1 << 30); }) ==
          "dilated_conv2d: 3 taps 1073741824 apart span 2147483649 pixels; that must stay below 2^30");
}

TEST_SUITE_END();
