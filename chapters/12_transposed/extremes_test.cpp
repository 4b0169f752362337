// What is infinite, and what is huge.
#include <chrono>
#include <limits>

#include "infinities_testing.hpp"
#include "transposed.hpp"

using namespace cnn;
using namespace cnn::infinities_testing;

TEST_SUITE_BEGIN("12 transposed extremes");

TEST_CASE("s-16: infinities and NaN reach what naive says and what is cropped adds nothing") {
    Random random(fuzz_seed("transposed infinities", 1606));
    for (int trial = 0; trial < 200; ++trial) {
        const int channels = 1 + random.below(9), filters = 1 + random.below(20);
        const Shape w_shape{1 + random.below(4), 1 + random.below(4), filters, channels};
        const Shape x_shape{1 + random.below(2), 1 + random.below(5), 1 + random.below(9), channels};
        const TransposedConvolution layer{
            .stride = 1 + random.below(3), .padding = random.below(3), .dilation = 1 + random.below(2)};
        if (error_of([&] { transposed_shape(x_shape, w_shape, layer); }) != "no error") continue;
        CAPTURE(trial);
        const Tensor x = with_infinities(x_shape, random), w = with_infinities(w_shape, random);
        const Tensor y = naive::conv_transposed2d(x, w, {}, layer), dy = with_infinities(y.shape(), random);
        CHECK(same_or_nan(optimized::conv_transposed2d(x, w, {}, layer), y));
        CHECK(same_or_nan(optimized::conv_transposed2d_backward_input(dy, w, x_shape, layer),
                          naive::conv_transposed2d_backward_input(dy, w, x_shape, layer)));
        CHECK(same_or_nan(optimized::conv_transposed2d_backward_filters(dy, x, w_shape, layer),
                          naive::conv_transposed2d_backward_filters(dy, x, w_shape, layer)));
    }
}

TEST_CASE("s-16: a stride of 1000 takes time by the work and not by the stride squared") {
    const auto same = [](const Shape& x_shape, const Shape& w_shape, const TransposedConvolution& layer) {
        const Tensor x = small_integers(x_shape), w = small_integers(w_shape, 2);
        const Tensor y = naive::conv_transposed2d(x, w, {}, layer), dy = small_integers(y.shape(), 3);
        CHECK(optimized::conv_transposed2d(x, w, {}, layer) == y);
        CHECK(optimized::conv_transposed2d_backward_input(dy, w, x_shape, layer) ==
              naive::conv_transposed2d_backward_input(dy, w, x_shape, layer));
        CHECK(optimized::conv_transposed2d_backward_filters(dy, x, w_shape, layer) ==
              naive::conv_transposed2d_backward_filters(dy, x, w_shape, layer));
    };
    const auto begin = std::chrono::steady_clock::now();
    same({.h = 2, .w = 2, .c = 3}, {3, 3, 2, 3}, {.stride = 1000});
    same({.c = 2}, {300, 300, 1, 2}, {.stride = 300});  // as many phases as taps
    for (const int stride : {1 << 27, 2147483646})
        same({.c = 3}, {3, 3, 2, 3}, {.stride = stride, .padding = 1});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    CHECK(taken.count() < 5);
}

TEST_CASE("s-16: sizes that no map can have are one Error") {
    constexpr int huge = std::numeric_limits<int>::max();
    const auto refused = [&](const TransposedConvolution& layer) {
        return error_of([&] { transposed_shape({.h = 5, .w = 6}, {3, 3, 1, 1}, layer); });
    };
    const auto too_large = [](const char* height, const char* width) {
        return std::string("conv_transposed2d: the output is ")
            .append(height)
            .append("x")
            .append(width)
            .append(" before it is cropped; rows and columns must stay below 2^30");
    };
    CHECK(refused({.dilation = 1 << 30}) == too_large("2147483653", "2147483654"));
    CHECK(refused({.stride = huge}) == too_large("8589934591", "10737418238"));
    CHECK(refused({.stride = huge, .output_padding = huge - 1}) == too_large("10737418237", "12884901884"));
    CHECK(refused({.padding = huge}) ==
          "conv_transposed2d: the padding of top 2147483647 bottom 2147483647 left 2147483647 right "
          "2147483647 leaves -4294967287x-4294967286 of the output; pad less");
    // Each side is allowed, but 2^58 numbers are not.
    const Tensor x({.h = 2, .w = 2}), w({1, 1, 1, 1});
    CHECK(error_of([&] { optimized::conv_transposed2d(x, w, {}, {.stride = 1 << 29}); }) ==
          "tensor: the shape 1x536870913x536870913x1 has more numbers than any memory");
}

TEST_SUITE_END();
