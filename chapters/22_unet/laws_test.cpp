// What crop obeys, whatever the map.
#include <cmath>

#include "common/testing/testing.hpp"
#include "crop.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("22 unet");

TEST_CASE("s-16: optimized crop is naive to the last bit of whole maps and slices and every second pixel") {
    Tensor x = small_integers({2, 9, 8, 7});
    x(1, 4, 4, 3) = INFINITY;
    for (const View from : {View(x), View(x).channels(2, 4), View(x).strided(2)})
        for (const Sides margins : {Sides(0), Sides(1, 2, 0, 1), Sides(0, 1, 1, 1)}) {
            const Tensor y = naive::crop(from, margins);
            CHECK(Tensor(optimized::crop(from, margins)) == y);
            const Tensor dy = small_integers(y.shape(), 2);
            CHECK(optimized::crop_backward(dy, from.shape, margins) ==
                  naive::crop_backward(dy, from.shape, margins));
        }
    CHECK(std::isinf(optimized::crop(x, {4, 0, 4, 0})(1, 0, 0, 3)));
    CHECK(optimized::crop(View(x).images(0, 0), Sides(1)).shape == Shape{0, 7, 6, 7});
}

// [view]
TEST_CASE("s-16: a crop is the map itself read from another number on") {
    const Tensor x = small_integers({1, 6, 6, 2});
    const View y = optimized::crop(x, {1, 2, 3, 0});
    CHECK(y.data == x.view().pixel(0, 1, 3));
    CHECK(y.row_pitch == x.view().row_pitch);
    CHECK(y.shape == Shape{1, 3, 3, 2});
}
// [view]

TEST_CASE("s-16: the gradient of a crop is its adjoint") {
    const Tensor x = normal_numbers({2, 7, 9, 3});
    const Sides margins{2, 1, 3, 4};
    const Tensor dy = normal_numbers({2, 4, 2, 3}, 2);
    CHECK(dot(optimized::crop(x, margins), dy) ==
          doctest::Approx(dot(x, optimized::crop_backward(dy, x.shape(), margins))).epsilon(1e-12));
}

TEST_CASE("s-16: margins leave the middle") {
    CHECK(margins_around({.h = 64, .w = 64}, 56) == Sides(4));
    CHECK(margins_around({.h = 9, .w = 6}, {4, 6}) == Sides(2, 3, 0, 0));
    CHECK(error_of([] { margins_around({.h = 9, .w = 6}, 7); }) ==
          "crop: a middle of 7x7 is larger than the map 1x9x6x1");
}

TEST_CASE("s-16: margins that are negative or leave nothing are refused and so is another gradient") {
    const Tensor x({1, 4, 4, 1});
    CHECK(error_of([&] {
              naive::crop(x, {0, -1, 0, 0});
          }) == "crop: the margins are top 0 bottom -1 left 0 right 0; they must not be negative");
    CHECK(error_of([&] {
              optimized::crop(x, {2, 2, 0, 0});
          }) == "crop: margins of top 2 bottom 2 left 0 right 0 leave nothing of 1x4x4x1; cut less");
    for (const auto backward : {naive::crop_backward, optimized::crop_backward})
        CHECK(error_of([&] {
                  backward(x, {1, 4, 4, 1}, Sides(1));
              }) == "crop: the gradient is 1x4x4x1, the output 1x2x2x1; they must be the same");
}

TEST_SUITE_END();
