// Solutions of the chapter's exercises.
#include "cam.hpp"
#include "explained_testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("28 cam");

TEST_CASE("exercise 28.1: that number times the sum of all feature maps") {
    const Tensor features = small_integers({.h = 3, .w = 4, .c = 5});
    Tensor w = small_integers({1, 1, 5, 2}, 2);
    const Tensor before = weighed(features, w, {1});
    for (int k = 0; k < 5; ++k) w(0, 0, k, 1) += 3;
    const Tensor after = weighed(features, w, {1});
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 4; ++j) {
            real sum = 0;
            for (int k = 0; k < 5; ++k) sum += features(0, i, j, k);
            CHECK(after(0, i, j, 0) - before(0, i, j, 0) == 3 * sum);
        }
}

TEST_CASE("exercise 28.2: every value is shared out whole, and the border keeps what would leave") {
    const Tensor map = small_integers({.h = 3, .w = 5});
    for (const int factor : {2, 4, 8}) {
        const Tensor large = optimized::upsample(map, {3 * factor, 5 * factor});
        double small_sum = 0, large_sum = 0;
        for (const real value : map.flat()) small_sum += double(value);
        for (const real value : large.flat()) large_sum += double(value);
        CHECK(large_sum == small_sum * factor * factor);  // powers of two: exact, the border included
    }
    // An odd factor keeps it too; shrinking does not.
    const Tensor half = optimized::upsample(slide("0 0 9 0"), {1, 3});
    double sum = 0;
    for (const real value : half.flat()) sum += double(value);
    CHECK(sum / 3 != doctest::Approx(9.0 / 4));
}

TEST_SUITE_END();
