// What concatenation obeys, whatever the maps.
#include <cmath>

#include "common/testing/testing.hpp"
#include "concatenation.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("15 inception");

TEST_CASE(
    "s-19: optimized concatenation is naive to the last bit, of copies, slices and every second pixel") {
    const Tensor wide = small_integers({2, 6, 8, 9}), other = small_integers({2, 3, 4, 2}, 2);
    Tensor nan = small_integers({2, 3, 4, 1}, 3);
    nan(1, 2, 3, 0) = NAN;
    const View slice = View(wide).channels(2, 5).strided(2);
    const Tensor y = naive::concatenate({slice, other, slice});
    CHECK(y.shape() == Shape{2, 3, 4, 12});
    CHECK(Tensor(View(y).channels(0, 5)) == Tensor(slice));
    CHECK(Tensor(View(y).channels(5, 2)) == other);
    CHECK(optimized::concatenate({slice, other, slice}) == y);
    CHECK(optimized::concatenate({other}) == other);
    CHECK(std::isnan(optimized::concatenate({other, nan})(1, 2, 3, 2)));
    CHECK(optimized::concatenate({View(other).images(0, 0)}).shape() == Shape{0, 3, 4, 2});
}

TEST_CASE("s-19: a map that stands in its place is not copied") {
    Tensor y = small_integers({1, 2, 3, 5});
    const Tensor before = y, end = small_integers({1, 2, 3, 2}, 2);
    optimized::concatenate_into({View(y).channels(0, 3), end}, y);
    CHECK(Tensor(View(y).channels(0, 3)) == Tensor(View(before).channels(0, 3)));
    CHECK(Tensor(View(y).channels(3, 2)) == end);
}

TEST_CASE("s-19: maps of other sizes and no maps are refused") {
    const Tensor a({1, 2, 3, 5}), b({1, 3, 3, 5});
    for (const auto concatenate : {naive::concatenate, optimized::concatenate}) {
        CHECK(
            error_of([&] {
                concatenate({a, b});
            }) ==
            "concatenate: a map of 1x3x3x5 beside one of 1x2x3x5; images, rows and columns must be the same");
        CHECK(error_of([&] { concatenate({}); }) == "concatenate: there are no maps");
    }
}

TEST_SUITE_END();
