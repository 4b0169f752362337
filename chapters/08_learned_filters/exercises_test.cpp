// The chapter's exercises, solved.
#include "common/testing/testing.hpp"
#include "oriented_wave.hpp"
#include "patches.hpp"
#include "trained_testing.hpp"

using namespace cnn;

TEST_CASE("exercise 08.1: the corner unit of LeNet-5's second convolution sees 12x12 of its 14x14 pixels") {
    Lenet lenet;
    const Node node = lenet.graph["relu2"];
    CHECK(sight(node) == "14x14 pixels");
    // The first layer's padding of 2 lies outside.
    CHECK(field_of(node, {1, 0, 0, 0}) == Region{{0, 12}, {0, 12}});
    CHECK(field_of(node, {1, 0, 9, 9}) == Region{{16, 28}, {16, 28}});
    CHECK(14 * 14 - 12 * 12 == 52);
}

TEST_CASE(
    "exercise 08.2: a filter's size and sign and a quarter turn leave its wave's share and a step does not") {
    Tensor filter({.h = 5, .w = 5}), twice(filter), negative(filter), turned(filter), moved(filter);
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 4; ++j) filter(0, i, j, 0) = real(j == 2 ? 3 : -1);
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j) {
            twice(0, i, j, 0) = 2 * filter(0, i, j, 0);
            negative(0, i, j, 0) = -filter(0, i, j, 0);
            turned(0, j, 4 - i, 0) = filter(0, i, j, 0);
            if (j < 4) moved(0, i, j + 1, 0) = filter(0, i, j, 0);
        }
    const double share = best_wave(filter).share;
    for (const Tensor& same : {twice, negative, turned})
        CHECK(best_wave(same).share == doctest::Approx(share).epsilon(1e-6));
    CHECK(best_wave(moved).share < share - 0.01);
}

TEST_CASE("exercise 08.3: of 1000 pictures 51 enter a list of nine") {
    // Picture n is among the nine best of the first n with probability 9/n, and the first nine surely are.
    double expected = 9;
    for (int n = 10; n <= 1000; ++n) expected += 9.0 / n;
    CHECK(expected == doctest::Approx(50.9).epsilon(0.001));

    const int lists = 50;
    Random random(8);
    int entered = 0;
    for (int list = 0; list < lists; ++list) {
        std::vector<double> seen;
        for (int n = 0; n < 1000; ++n) {
            const double value = random.uniform();
            entered += std::ranges::count_if(seen, [&](double other) { return other > value; }) < 9;
            seen.push_back(value);
        }
    }
    CHECK(double(entered) / lists == doctest::Approx(expected).epsilon(0.05));
}
