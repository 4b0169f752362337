#include "common/base/random.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

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

TEST_CASE("random: streams of neighbouring numbers share nothing and agree in half of their bits") {
    // Seeds, numbers, and multiples of SplitMix64's own increment, which move a stream by some numbers.
    std::set<std::uint64_t> met;
    std::vector<std::uint64_t> firsts;
    std::size_t drawn = 0;
    const auto draw = [&](Random random) {
        firsts.push_back(random.bits());
        met.insert(firsts.back());
        for (int i = 1; i < 50; ++i) met.insert(random.bits());
        drawn += 50;
    };
    for (std::uint64_t i = 0; i < 100; ++i) {
        draw(Random::stream(1, i));
        draw(Random::stream(i + 2, 0));
        draw(Random::stream(1, 7, i + 1));
        draw(Random::stream(1, (i + 1000) * 0x9E3779B97F4A7C15ULL));
        draw(Random::stream((i + 1000) * 0x9E3779B97F4A7C15ULL, 0));
    }
    CHECK(met.size() == drawn);
    double agree = 0;
    for (std::size_t i = 5; i < firsts.size(); ++i) agree += std::popcount(~(firsts[i] ^ firsts[i - 5]));
    // 495 pairs of 64 bits: 15840 and, in six deviations, 534 around it.
    CHECK(std::abs(agree - 15840) <= 534);
}

TEST_SUITE_END();
