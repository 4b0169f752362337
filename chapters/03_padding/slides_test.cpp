// s-06: one 5x5 image under every padding mode, P = 2, as the slide draws it.
#include "common/testing/testing.hpp"
#include "padding.hpp"

using namespace cnn;

namespace {

const Tensor image = slide(R"( 5 3 8 1 6
                               4 7 2 9 0
                               3 5 7 8 1
                               2 6 0 4 3
                               9 1 5 2 7 )");

}  // namespace

TEST_SUITE_BEGIN("s-06 padding modes");

// [zero]
TEST_CASE_TEMPLATE("s-06: zero padding of 2", Implementation, Naive, Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    CHECK(pad(image, {.sides = 2}) == slide(R"( 0 0 0 0 0 0 0 0 0
                                                0 0 0 0 0 0 0 0 0
                                                0 0 5 3 8 1 6 0 0
                                                0 0 4 7 2 9 0 0 0
                                                0 0 3 5 7 8 1 0 0
                                                0 0 2 6 0 4 3 0 0
                                                0 0 9 1 5 2 7 0 0
                                                0 0 0 0 0 0 0 0 0
                                                0 0 0 0 0 0 0 0 0 )"));
}
// [zero]

TEST_CASE_TEMPLATE("s-06: replicate padding of 2 repeats the edge", Implementation, Naive, Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    CHECK(pad(image, {.sides = 2, .mode = PaddingMode::replicate}) == slide(R"( 5 5 5 3 8 1 6 6 6
                                                                                5 5 5 3 8 1 6 6 6
                                                                                5 5 5 3 8 1 6 6 6
                                                                                4 4 4 7 2 9 0 0 0
                                                                                3 3 3 5 7 8 1 1 1
                                                                                2 2 2 6 0 4 3 3 3
                                                                                9 9 9 1 5 2 7 7 7
                                                                                9 9 9 1 5 2 7 7 7
                                                                                9 9 9 1 5 2 7 7 7 )"));
}

// [symmetric]
TEST_CASE_TEMPLATE("s-06: the slide's reflective padding is symmetric: the edge pixel is repeated (E3)",
                   Implementation, Naive, Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    CHECK(pad(image, {.sides = 2, .mode = PaddingMode::symmetric}) == slide(R"( 7 4 4 7 2 9 0 0 9
                                                                                3 5 5 3 8 1 6 6 1
                                                                                3 5 5 3 8 1 6 6 1
                                                                                7 4 4 7 2 9 0 0 9
                                                                                5 3 3 5 7 8 1 1 8
                                                                                6 2 2 6 0 4 3 3 4
                                                                                1 9 9 1 5 2 7 7 2
                                                                                1 9 9 1 5 2 7 7 2
                                                                                6 2 2 6 0 4 3 3 4 )"));
}
// [symmetric]

TEST_CASE_TEMPLATE("s-06: circular padding of 2 continues on the other side", Implementation, Naive,
                   Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    CHECK(pad(image, {.sides = 2, .mode = PaddingMode::circular}) == slide(R"( 4 3 2 6 0 4 3 2 6
                                                                               2 7 9 1 5 2 7 9 1
                                                                               1 6 5 3 8 1 6 5 3
                                                                               9 0 4 7 2 9 0 4 7
                                                                               8 1 3 5 7 8 1 3 5
                                                                               4 3 2 6 0 4 3 2 6
                                                                               2 7 9 1 5 2 7 9 1
                                                                               1 6 5 3 8 1 6 5 3
                                                                               9 0 4 7 2 9 0 4 7 )"));
}

// [reflect]
TEST_CASE_TEMPLATE("s-06: what PyTorch calls reflect does not repeat the edge pixel (E3)", Implementation,
                   Naive, Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    const Tensor reflected = pad(image, {.sides = 2, .mode = PaddingMode::reflect});
    CHECK(reflected == slide(R"( 7 5 3 5 7 8 1 8 7
                                 2 7 4 7 2 9 0 9 2
                                 8 3 5 3 8 1 6 1 8
                                 2 7 4 7 2 9 0 9 2
                                 7 5 3 5 7 8 1 8 7
                                 0 6 2 6 0 4 3 4 0
                                 5 1 9 1 5 2 7 2 5
                                 0 6 2 6 0 4 3 4 0
                                 7 5 3 5 7 8 1 8 7 )"));

    // Of the 56 border cells only one agrees with the slide's table.
    const Tensor symmetric = pad(image, {.sides = 2, .mode = PaddingMode::symmetric});
    int differ = 0;
    for (std::size_t i = 0; i < reflected.flat().size(); ++i)
        differ += reflected.flat()[i] != symmetric.flat()[i];
    CHECK(differ == 55);
}
// [reflect]

TEST_CASE_TEMPLATE("s-06: constant padding takes any constant", Implementation, Naive, Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    CHECK(pad(slide("1 2"), {.sides = {1, 0, 0, 1}, .value = -7}) == slide(R"( -7 -7 -7
                                                                                1  2 -7 )"));
}

TEST_CASE_TEMPLATE("s-06: each side has a width of its own and an even kernel needs 0 left and 1 right (E4)",
                   Implementation, Naive, Optimized) {
    const auto pad = pick<Implementation>(naive::pad, optimized::pad);
    CHECK(pad(slide("1 2 3"), {.sides = {0, 0, 0, 1}}) == slide("1 2 3 0"));
    CHECK(pad(slide("1 2 3"), {.sides = 1}).shape() == Shape{.h = 3, .w = 5});  // P a side adds 2P
}

TEST_SUITE_END();
