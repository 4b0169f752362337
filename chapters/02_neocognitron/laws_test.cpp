// What no slide states but the Neocognitron obeys.
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "digits.hpp"
#include "framed.hpp"
#include "tolerance.hpp"

using namespace cnn;

namespace {

// A stage of small integers, c in sixteenths, so that every sum is exact.
Stage exact_stage(Random& random, int before, int planes) {
    Stage stage{.s_border = random.below(5) - 1,
                .c_border = random.below(3) - 1,
                .r = real(random.below(4)) + real{0.5},
                .q = 1,
                .alpha = real{0.5},
                .a = small_integers({5, 5, before, planes}, random.bits()),
                .b = small_integers({.c = planes}, random.bits()),
                .c = Tensor({5, 5, 1, 1}),
                .d = small_integers({2, 2, 1, 1}, random.bits())};
    for (real& c : stage.c.flat()) c = real(random.below(16)) / 16;
    for (Tensor* positive : {&stage.b, &stage.d})
        for (real& weight : positive->flat()) weight = std::abs(weight);
    return stage;
}

}  // namespace

TEST_SUITE_BEGIN("02 the Neocognitron");

TEST_CASE("s-03: optimized cells are naive cells in 300 random layers") {
    const std::uint64_t seed = fuzz_seed("neocognitron", 1980);
    Random random(seed);
    CAPTURE(seed);
    const int widths[] = {1, 2, 3, simd::lanes - 1, simd::lanes, simd::lanes + 1, 24};
    for (int trial = 0; trial < 300; ++trial) {
        const int before = widths[random.below(7)], planes = widths[random.below(7)];
        const Stage stage = exact_stage(random, before, planes);
        const Tensor u =
            small_integers({.h = 7 + random.below(4), .w = 7 + random.below(4), .c = before}, random.bits());
        CAPTURE(trial);
        CAPTURE(before);
        CAPTURE(planes);
        // Sums are exact on both sides; what the two make of them may differ by a rounding.
        const Tensor s = naive::s_layer(u, stage);
        real most = 1;
        for (const real value : s.flat()) most = std::max(most, value);
        CHECK(largest_difference(optimized::s_layer(u, stage), s) <= 1e-6 * double(most));
        Tensor places = small_integers({.h = 6, .w = 5, .c = planes}, random.bits());
        for (real& cell : places.flat()) cell = std::abs(cell);
        const Tensor c = naive::c_layer(places, stage);
        CHECK(largest_difference(optimized::c_layer(places, stage), c) <= 1e-5);
    }
}

TEST_CASE("s-03: in a network that has learned naive and optimized layers answer alike") {
    Neocognitron network = neocognitron();
    learn_digits(network, 5, 9);
    for (int g = 0; g < 5; ++g) {
        const Response response = respond(network, digit(g));
        Tensor u = digit(g);
        for (std::size_t l = 0; l < 3; ++l) {
            CAPTURE(g);
            CAPTURE(l);
            CHECK(largest_difference(naive::s_layer(u, network.stages[l]), response.s[l]) <= 1e-4);
            CHECK(largest_difference(naive::c_layer(response.s[l], network.stages[l]), response.c[l]) <=
                  1e-4);
            u = response.c[l];
        }
    }
}

TEST_CASE("s-03: S- and C-layers of all places share their weights so they move with the image") {
    const Neocognitron network = neocognitron();
    const Tensor image = digit(4), moved = shifted(image, 1, 2);
    const Tensor s = optimized::s_layer(image, network.stages[0]);
    const Tensor after = optimized::s_layer(moved, network.stages[0]);
    CHECK(Tensor(s.view().window(0, 0, {15, 14})) == Tensor(after.view().window(1, 2, {15, 14})));
    const Tensor c = optimized::c_layer(s, network.stages[0]);
    const Tensor c_after = optimized::c_layer(after, network.stages[0]);
    CHECK(Tensor(c.view().window(0, 0, {9, 8})) == Tensor(c_after.view().window(1, 2, {9, 8})));
}

TEST_CASE("s-03: learning is deterministic on one thread and on three") {
    const ThreadCount restored;
    const auto learned = [](int threads) {
        set_threads(threads);
        Neocognitron network = neocognitron();
        learn_digits(network, 5, 3);
        return network;
    };
    const Neocognitron one = learned(1), three = learned(3);
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(one.stages[l].a == three.stages[l].a);
        CHECK(one.stages[l].b == three.stages[l].b);
    }
}

TEST_CASE("s-03: a silent image teaches nothing and nobody answers it") {
    Neocognitron network = neocognitron();
    const Neocognitron before = network;
    present(network, Tensor({.h = 16, .w = 16}));
    for (std::size_t l = 0; l < 3; ++l) CHECK(network.stages[l].a == before.stages[l].a);
    CHECK(winner(respond(network, Tensor({.h = 16, .w = 16}))) == -1);
}

TEST_CASE("s-03: a frame of zeros and its opposite") {
    const Tensor u = small_integers({.h = 4, .w = 5, .c = 3});
    CHECK(framed(framed(u, 2), -2) == u);
    CHECK(framed(u, 1).shape() == Shape{.h = 6, .w = 7, .c = 3});
    CHECK(framed(u, -1)(0, 0, 0, 2) == u(0, 1, 1, 2));
}

TEST_CASE("s-03: digits are moved enlarged and disturbed as said") {
    const Tensor one = digit(1);
    CHECK(shifted(shifted(one, 2, -1), -2, 1) == one);
    CHECK(scaled(one, 1, 1) == one);
    CHECK(dot(scaled(one, 1.2, 1), scaled(one, 1.2, 1)) > dot(one, one));
    CHECK(dot(scaled(one, 0.8, 1), scaled(one, 0.8, 1)) < dot(one, one));
    const Tensor noise = noised(one, 5, 3);
    double changed = 0;
    for (std::size_t i = 0; i < 256; ++i) changed += noise.flat()[i] != one.flat()[i];
    CHECK(changed == 5);
}

TEST_CASE("s-03: a plane's preferred patch is as large as its cell's field and is what was drawn there") {
    Neocognitron network = neocognitron();
    learn_digits(network, 2, 5);
    const std::vector<Tensor> images{digit(0), digit(1)};
    const int winner_of_one = winner(respond(network, digit(1)));
    const Tensor whole = preferred_patch(network, 2, winner_of_one, images);
    REQUIRE(!whole.empty());
    CHECK(whole.shape() == Shape{.h = 21, .w = 21});
    CHECK(dot(whole, whole) == dot(digit(1), digit(1)));
}

TEST_CASE("s-03: wrong use of the network is refused in one line that names the remedy") {
    CHECK(error_of([] { digit(10); }) == "digit: there is none called 10; they are 0 to 9");
    CHECK(error_of([] { noised(digit(0), 300, 1); }) == "noised: 300 pixels of an image of 256");
    CHECK(error_of([] { respond(neocognitron(), Tensor({.h = 28, .w = 28})); }) ==
          "neocognitron: the image is 1x28x28x1; it sees 1x16x16x1, so resize it first");
}

TEST_SUITE_END();
