#include "common/base/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: random");

TEST_CASE("random: SplitMix64's published first numbers for the seed 1234567") {
    Random random(1234567);
    CHECK(random.bits() == 6457827717110365317ULL);
    CHECK(random.bits() == 3203168211198807973ULL);
    CHECK(random.bits() == 9817491932198370423ULL);
}

TEST_CASE("random: uniform numbers fill their interval evenly and stay inside") {
    Random random(1);
    double low = 10, high = -10, sum = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.uniform(-2, 3);
        low = std::min(low, x);
        high = std::max(high, x);
        sum += x;
    }
    CHECK(low >= -2);
    CHECK(low < -1.999);
    CHECK(high < 3);
    CHECK(high > 2.999);
    CHECK(std::abs(sum / 100'000 - 0.5) < 0.02);
}

TEST_CASE("random: normal numbers have mean 0 and deviation 1 and are finite") {
    Random random(2);
    double sum = 0, squares = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    CHECK(std::abs(sum / 100'000) < 0.02);
    CHECK(std::abs(squares / 100'000 - 1) < 0.02);
}

TEST_CASE("random: below(n) meets every number below n and no other") {
    Random random(3);
    std::array<int, 7> met{};
    for (int i = 0; i < 7000; ++i) ++met.at(std::size_t(random.below(7)));
    CHECK(std::ranges::min(met) > 850);
}

TEST_CASE("random: a shuffle is a permutation that its seed determines") {
    std::array<int, 100> a{}, sorted{};
    std::iota(a.begin(), a.end(), 0);
    sorted = a;
    auto b = a;
    Random(4).shuffle(std::span<int>(a));
    Random(4).shuffle(std::span<int>(b));
    CHECK(a == b);
    CHECK(a != sorted);
    std::ranges::sort(a);
    CHECK(a == sorted);
}

TEST_SUITE_END();
