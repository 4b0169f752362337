// The exercises of chapter 02, solved.
#include "common/testing/testing.hpp"
#include "tolerance.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("02 the Neocognitron");

TEST_CASE("exercise 02.1: twice as bright excites and inhibits twice as much and the answer stays") {
    const Tensor line = slide(R"( 0 0 1 0 0
                                  0 0 1 0 0
                                  0 0 1 0 0
                                  0 0 1 0 0
                                  0 0 1 0 0 )");
    Tensor bright(line);
    add(line, bright);
    const Answer once = trained_cell(line, line, 4, 1e5), twice = trained_cell(line, bright, 4, 1e5);
    CHECK(std::abs(once.response - 1) <= 1e-3);
    CHECK(std::abs(twice.response - once.response) <= 1e-3);
    // Fresh from its first lesson, the 1 of the equation still counts: brightness helps.
    CHECK(trained_cell(line, bright, 4, 1).response > 1.5 * trained_cell(line, line, 4, 1).response);
}

TEST_CASE("exercise 02.2: without sharing US2 alone would have 64 times as many weights") {
    const Stage second = neocognitron().stages[1];
    const std::int64_t shared = second.a.shape().size() + second.b.shape().size();
    CHECK(shared == 14424);
    CHECK(8 * 8 * 24 * (25 * 24 + 1) == 64 * shared);
}

TEST_CASE_TEMPLATE("exercise 02.3: a network of one plane is inhibited by itself and never answers",
                   Implementation, Naive, Optimized) {
    const auto c_layer = pick<Implementation>(naive::c_layer, optimized::c_layer);
    const Stage stage = neocognitron({.planes = 1}).stages[0];
    Tensor s({.h = 16, .w = 16});
    fill(s, 3);
    CHECK(c_layer(s, stage) == Tensor({.h = 10, .w = 10}));
}

TEST_SUITE_END();
