// Shrinking as Pillow does, enlarging as before.
#include "common/files/image.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: image");

TEST_CASE("image: resampling a picture to half takes the mean under a triangle") {
    // Four pixels to two: weights 3 3 1 and 1 3 3 of seven, where the triangle is cut off at the border.
    const Tensor half = resample(slide("7 14 21 28"), {1, 2});
    CHECK(double(half(0, 0, 0, 0)) == doctest::Approx((3 * 7 + 3 * 14 + 21) / 7.0));
    CHECK(double(half(0, 0, 1, 0)) == doctest::Approx((14 + 3 * 21 + 3 * 28) / 7.0));
}

TEST_CASE("image: resampling enlarges as resize does and leaves the size it has") {
    const Tensor picture = normal_numbers({.h = 5, .w = 4, .c = 3});
    for (const Extent size : {Extent(5, 4), Extent(7, 9), Extent(20, 4)})
        CHECK(largest_difference(resample(picture, size), resize(picture, size)) <= 1e-6);
}

TEST_CASE("image: fine stripes shrink to grey and not to stripes of another width") {
    Tensor stripes({.h = 64, .w = 64});
    for (int i = 0; i < 64; ++i)
        for (int j = 0; j < 64; j += 2) stripes(0, i, j, 0) = 1;
    const Tensor small = resample(stripes, 10);
    const Tensor inner(small.view().window(1, 1, 8));
    Tensor grey(inner.shape());
    fill(grey, real(0.5));
    CHECK(largest_difference(inner, grey) <= 0.06);
}

TEST_CASE("image: a part of the resampled picture is that part of the whole") {
    const Tensor picture = normal_numbers({.h = 30, .w = 40, .c = 2});
    const Tensor whole = resample(picture, {11, 13});
    CHECK(largest_difference(resample(picture, {11, 13}, 3, 4, {5, 6}),
                             Tensor(whole.view().window(3, 4, {5, 6}))) <= 1e-6);
    CHECK(error_of([&] {
              resample(picture, {11, 13}, 7, 0, {5, 6});
          }).find("does not lie in 11x13") != std::string::npos);
    CHECK(error_of([&] { resample(picture, {0, 13}); }).find("empty") != std::string::npos);
}

TEST_SUITE_END();
