// The exercises of chapter.md, solved.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "transposed.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("12 transposed exercises");

TEST_CASE(
    "exercise 12.1: a kernel of ones repeats each pixel and the kernel 1 2 1 draws straight lines between") {
    CHECK(optimized::conv_transposed2d(slide("4 8 2"), slide_kernel("1 1 1"), {}, {.stride = 3}) ==
          slide("4 4 4 8 8 8 2 2 2"));
    CHECK(optimized::conv_transposed2d(slide("4 8 2"), slide_kernel("0.5 1 0.5"), {}, {.stride = 2}) ==
          slide("2 4 6 8 5 2 1"));
}

TEST_CASE("exercise 12.2: output_padding is what the floor of the convolution forgot") {
    for (int size = 3; size < 40; ++size)
        for (int kernel = 1; kernel <= 3; ++kernel)
            for (int stride = 1; stride <= 4; ++stride) {
                const int small = output_extent(size, 1, 1, kernel, stride);
                CHECK(transposed_extent(small, kernel, stride, 1, 1, 1, (size + 2 - kernel) % stride) ==
                      size);
            }
}

TEST_CASE(
    "exercise 12.3: at stride 2 a 3-tap kernel leaves no board if its outer taps add up to the middle one") {
    Tensor ones({.w = 5});
    fill(ones, 1);
    CHECK(optimized::conv_transposed2d(ones, slide_kernel("1 4 3"), {}, {.stride = 2}) ==
          slide("1 4 4 4 4 4 4 4 4 4 3"));
    CHECK(optimized::conv_transposed2d(ones, slide_kernel("3 3 3"), {}, {.stride = 2}) ==
          slide("3 3 6 3 6 3 6 3 6 3 3"));
}

TEST_SUITE_END();
