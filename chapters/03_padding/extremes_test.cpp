// Sides that no map can have, and memory that is not the padded map's.
#include <limits>

#include "common/testing/testing.hpp"
#include "padding.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("03 padding extremes");

TEST_CASE("s-06: a side that no map can have is one Error") {
    constexpr int huge = std::numeric_limits<int>::max();
    const auto pad = [](Sides sides, PaddingMode mode) {
        return error_of([&] { padded_shape({.h = 5, .w = 6}, {sides, mode}); });
    };
    for (const PaddingMode mode : {PaddingMode::constant, PaddingMode::circular}) {
        CHECK(pad(huge, mode) ==
              "pad: height 5 with 2147483647 before and 2147483647 after; each side and the padded map must "
              "stay below 2^30");
        CHECK(pad({1, 1, -huge, huge}, mode) ==
              "pad: width 6 with -2147483647 before and 2147483647 after; each side and the padded map must "
              "stay below 2^30");
        CHECK(pad({-huge, 0, 0, 0}, mode) ==
              "pad: height 5 with -2147483647 before and 0 after; each side and the padded map must stay "
              "below 2^30");
    }
    CHECK(pad({0, 0, -(1 << 29), 0}, PaddingMode::constant) ==
          "pad: width 6 with -536870912 before and 0 after leaves nothing; crop less");
    // Each side is allowed, but 2^59 numbers are not.
    CHECK(error_of([] { optimized::pad(Tensor({.c = 2}), {.sides = 1 << 28}); }) ==
          "tensor: the shape 1x536870913x536870913x2 has more numbers than any memory");
}

TEST_CASE("s-06: a mirror folds places of any size") {
    constexpr int n = (1 << 30) + 5;
    CHECK(source(-1, n, PaddingMode::symmetric) == 0);
    CHECK(source(n, n, PaddingMode::symmetric) == n - 1);
    CHECK(source(n, n, PaddingMode::reflect) == n - 2);
    CHECK(source(-2, n, PaddingMode::circular) == n - 2);
}

TEST_CASE("s-06: memory of another shape than the padded map's is refused") {
    const Tensor x({.h = 3, .w = 4, .c = 2});
    const Padding padding{.sides = 1};
    Tensor y({.h = 5, .w = 5, .c = 2});
    CHECK(error_of([&] { optimized::pad_into(x, padding, y); }) ==
          "pad: the output or its gradient is 1x5x5x2; a map of 1x3x4x2 is padded to 1x5x6x2");
    for (const auto pad_backward : {naive::pad_backward, optimized::pad_backward})
        CHECK(error_of([&] { pad_backward(y, x.shape(), padding); }) ==
              "pad: the output or its gradient is 1x5x5x2; a map of 1x3x4x2 is padded to 1x5x6x2");
}

TEST_SUITE_END();
