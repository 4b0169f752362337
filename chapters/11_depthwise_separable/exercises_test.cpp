// The solutions of the chapter's exercises.
#include "common/testing/testing.hpp"
#include "depthwise_separable.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("11 exercises");

// [exercise_identity]
TEST_CASE("exercise 11.1: a depthwise filter with a single 1 in a corner shifts the map") {
    const Tensor x = slide(R"( 1 2 3
                               4 5 6
                               7 8 9 )");
    CHECK(optimized::depthwise_conv2d(x, slide_kernel("1 0 0\n 0 0 0\n 0 0 0"), {}, {.padding = 1}) ==
          slide(R"( 0 0 0
                                                                                                             0 1 2
                                                                                                             0 4 5 )"));
}
// [exercise_identity]

// [exercise_kernel]
TEST_CASE("exercise 11.2: for many channels the saving tends to K^2 and for large windows to C_out") {
    const Shape many{.h = 7, .w = 7, .c = 1 << 16}, few{.h = 7, .w = 7, .c = 8};
    const auto saving = [](int kernel, const Shape& y) {
        return double(regular_cost(64, kernel, y).multiply_adds) /
               double(separable_cost(64, kernel, y).multiply_adds);
    };
    CHECK(std::abs(saving(3, many) - 9) < 0.01);
    CHECK(std::abs(saving(99, few) - 8) < 0.01);
}
// [exercise_kernel]

TEST_SUITE_END();
