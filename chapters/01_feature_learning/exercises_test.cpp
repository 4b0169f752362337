// The exercises of chapter 01, solved.
#include <set>

#include "common/testing/testing.hpp"
#include "oriented_gradients.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("01 feature learning");

TEST_CASE_TEMPLATE("exercise 01.1: in a mirror cells change sides and bin k becomes bin 8 - k",
                   Implementation, Naive, Optimized) {
    const auto gradients = pick<Implementation>(naive::oriented_gradients, optimized::oriented_gradients);
    // No gradient here lies on a line between bins: all go right and down.
    Tensor x({.h = 8, .w = 8}), mirrored({.h = 8, .w = 8});
    for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 8; ++j)
            x(0, i, j, 0) = mirrored(0, i, 7 - j, 0) = real(3 * j + 2 * i + (i * j) % 2);
    const Tensor y = gradients(x, {}), z = gradients(mirrored, {});
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
            for (int k = 0; k < 9; ++k) {
                CAPTURE(k);
                CHECK(y(0, 0, 0, (2 * i + j) * 9 + k) ==
                      doctest::Approx(z(0, 0, 0, (2 * i + 1 - j) * 9 + 8 - k)));
            }
}

TEST_CASE("exercise 01.2: four: with pixels of 0 or 1 a line lies level or upright or on a diagonal") {
    std::set<int> bins;
    for (const int dx : {-1, 0, 1})
        for (const int dy : {-1, 0, 1})
            if (dx != 0 || dy != 0) bins.insert(direction_bin(real(dx), real(dy), 9));
    CHECK(bins.size() == 4);
}

TEST_SUITE_END();
