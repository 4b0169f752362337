// s-03: a network that finds features, tolerates shifts, and learns to tell patterns apart without a teacher.
#include <cmath>
#include <set>

#include "common/testing/testing.hpp"
#include "digits.hpp"
#include "tolerance.hpp"

using namespace cnn;

namespace {

// The digits, all 24 planes used: learned once for all tests.
const Neocognitron& five() {
    static const Neocognitron network = taught(5);
    return network;
}
const Neocognitron& ten() {
    static const Neocognitron network = taught(10);
    return network;
}

const Tensor upright = slide(R"( 0 0 1 0 0
                                 0 0 1 0 0
                                 0 0 1 0 0
                                 0 0 1 0 0
                                 0 0 1 0 0 )");
const Tensor lying = slide(R"( 0 0 0 0 0
                               1 1 1 1 1
                               0 0 0 0 0
                               0 0 0 0 0
                               0 0 0 0 0 )");
const Tensor corner = slide(R"( 1 0 0 0 0
                                1 0 0 0 0
                                0 0 0 0 0
                                0 0 0 0 0
                                0 0 0 0 0 )");

}  // namespace

TEST_SUITE_BEGIN("s-03 the Neocognitron");

// [layers]
TEST_CASE("s-03: S- and C-layers alternate and shrink from 16x16 to one cell a plane") {
    const Neocognitron network = neocognitron();
    const Response response = respond(network, digit(3));
    CHECK(response.s[0].shape() == Shape{.h = 16, .w = 16, .c = 24});
    CHECK(response.c[0].shape() == Shape{.h = 10, .w = 10, .c = 24});
    CHECK(response.s[1].shape() == Shape{.h = 8, .w = 8, .c = 24});
    CHECK(response.c[1].shape() == Shape{.h = 6, .w = 6, .c = 24});
    CHECK(response.s[2].shape() == Shape{.h = 2, .w = 2, .c = 24});
    CHECK(response.c[2].shape() == Shape{.h = 1, .w = 1, .c = 24});

    std::int64_t weights = 0;
    for (const Stage& stage : network.stages) weights += stage.a.shape().size() + stage.b.shape().size();
    CHECK(weights == 29472);  // shared by all cells of a plane
}
// [layers]

// [s_cell]
TEST_CASE_TEMPLATE("s-03: an S-cell weighs excitation against inhibition in the paper's own form",
                   Implementation, Naive, Optimized) {
    const auto s_layer = pick<Implementation>(naive::s_layer, optimized::s_layer);
    Stage stage = neocognitron({.planes = 2}).stages[0];
    stage.s_border = 0;
    fill(stage.c, real{1} / 16);
    for (int i = 0; i < 5; ++i)  // plane 0 likes what stands upright, plane 1 likes everything
        for (int j = 0; j < 5; ++j) stage.a(i, j, 0, 0) = 2 * upright(0, i, j, 0), stage.a(i, j, 0, 1) = 1;
    stage.b(0, 0, 0, 0) = 5, stage.b(0, 0, 0, 1) = 20;

    // r = 4, e = 2 . 3, v = sqrt(4 / 16) = 1 / 2, h = 8 / 5 . 5 / 2 = 4: 4 ((1 + 6) / (1 + 4) - 1) = 1.6.
    const Tensor four = slide(R"( 0 0 1 0 0
                                  0 0 1 0 0
                                  0 0 1 0 0
                                  0 0 0 1 0
                                  0 0 0 0 0 )");
    const Tensor s = s_layer(four, stage);
    CHECK(s(0, 0, 0, 0) == doctest::Approx(1.6));
    CHECK(s(0, 0, 0, 1) == 0);  // e = 4, h = 8 / 5 . 20 / 2 = 16: inhibited
}
// [s_cell]

// [threshold]
TEST_CASE("s-03: an S-cell that has learned answers from a likeness of r / (1 + r) on") {
    // A pattern with more and more of another one mixed in.
    for (const real r : {real{4}, real{1.5}})
        for (int step = 0; step <= 40; ++step) {
            Tensor mixed(upright);
            for (std::size_t i = 0; i < 25; ++i) mixed.flat()[i] += real(step) / 20 * lying.flat()[i];
            const double threshold = double(r) / (1 + double(r));
            CAPTURE(r);
            CAPTURE(step);
            const Answer first = trained_cell(upright, mixed, r, 1);
            CHECK((first.response > 0) == (first.similarity > threshold));
            // With growing weights it comes to be a function of the likeness alone.
            const Answer last = trained_cell(upright, mixed, r, 1e6);
            const double expected = std::max(0.0, (1 + double(r)) * last.similarity - double(r));
            CHECK(std::abs(last.response - expected) <= 1e-4);
        }
    CHECK(trained_cell(upright, corner, 4, 20).similarity == 0);
    CHECK(trained_cell(upright, corner, 4, 20).response == 0);
}
// [threshold]

// [c_cell]
TEST_CASE_TEMPLATE("s-03: a C-cell answers wherever in its area its plane's S-cell answers", Implementation,
                   Naive, Optimized) {
    const auto c_layer = pick<Implementation>(naive::c_layer, optimized::c_layer);
    Stage stage = neocognitron({.planes = 2}).stages[0];
    Tensor s({.h = 16, .w = 16, .c = 2});
    s(0, 8, 8, 0) = 1;
    const Tensor c = c_layer(s, stage);
    // Cell (h, w) sees the places h + 1 ... h + 5, so the one place reaches 5x5 cells.
    for (int h = 0; h < 10; ++h)
        for (int w = 0; w < 10; ++w) {
            CHECK((c(0, h, w, 0) > 0) == (3 <= h && h <= 7 && 3 <= w && w <= 7));
            CHECK(c(0, h, w, 1) == 0);
        }
    // e = d(0), v = e / 2, x = (e - v) / (1 + v), x / (alpha + x).
    const real v = stage.d(2, 2, 0, 0) / 2, x = v / (1 + v);
    CHECK(c(0, 5, 5, 0) == doctest::Approx(x / (stage.alpha + x)));
}
// [c_cell]

// [who]
TEST_CASE("s-03: each column's strongest cell is a candidate and a plane has one representative") {
    // Two planes over 3x3 places; columns of 2x2 places overlap.
    Tensor s({.h = 3, .w = 3, .c = 2});
    s(0, 0, 0, 0) = 5;    // strongest of its column
    s(0, 1, 1, 1) = 4;    // strongest of the three other columns but one
    s(0, 2, 2, 0) = 4.5;  // strongest of the last column, but plane 0 has a stronger one
    CHECK(representatives(s, 2) == std::vector<Cell>{{0, 0, 0}, {1, 1, 1}});
    CHECK(representatives(Tensor({.h = 3, .w = 3, .c = 2}), 2).empty());
}
// [who]

// [lesson]
TEST_CASE("s-03: what a representative sees is added to its whole plane and other planes stay as they are") {
    Neocognitron network = neocognitron();
    const Stage before = network.stages[0];
    const Tensor image = digit(1);
    const std::vector<Cell> cells = representatives(optimized::s_layer(image, before), 5);
    present(network, image);
    const Stage& after = network.stages[0];

    std::vector<const Cell*> of_plane(24);
    for (const Cell& cell : cells) of_plane[std::size_t(cell.plane)] = &cell;
    CHECK(!cells.empty());
    CHECK(cells.size() < 24);
    for (int k = 0; k < 24; ++k) {
        const Cell* cell = of_plane[std::size_t(k)];
        CHECK((after.b(0, 0, 0, k) > 0) == (cell != nullptr));
        for (int i = 0; i < 5; ++i)
            for (int j = 0; j < 5; ++j) {
                const real seen = cell == nullptr ? 0 : shifted(image, 2 - cell->h, 2 - cell->w)(0, i, j, 0);
                CHECK(after.a(i, j, 0, k) ==
                      doctest::Approx(before.a(i, j, 0, k) + before.c(i, j, 0, 0) * seen));
            }
    }
}
// [lesson]

// [five]
TEST_CASE("s-03: five stylised patterns of 16x16 each end in a cell of their own without a teacher (H2)") {
    const std::vector<int> cells = winners(five(), 5);
    CHECK(std::set<int>(cells.begin(), cells.end()).size() == 5);
    CHECK(std::ranges::min(cells) >= 0);
    // Before it learned, it knew nothing.
    const std::vector<int> untaught = winners(neocognitron(), 5);
    CHECK(std::set<int>(untaught.begin(), untaught.end()).size() < 5);
}

TEST_CASE("s-03: the five are still recognised moved by one pixel in any direction and mostly by two") {
    CHECK(recognised_shifted(five(), 5, 1).right == 40);
    CHECK(recognised_shifted(five(), 5, 1).of == 40);
    const Recognised two = recognised_shifted(five(), 5, 2);
    CHECK(two.of == 80);
    CHECK(two.right >= 72);
}
// [five]

// [ten]
TEST_CASE("s-03: ten digits each end in a cell of their own and tolerate a shift") {
    const std::vector<int> cells = winners(ten(), 10);
    CHECK(std::set<int>(cells.begin(), cells.end()).size() == 10);
    CHECK(std::ranges::min(cells) >= 0);
    CHECK(recognised_shifted(ten(), 10, 1).right == 80);
    CHECK(recognised_shifted(ten(), 10, 2).right >= 144);  // of 160
}
// [ten]

// [tolerance]
TEST_CASE(
    "s-03: tolerance to shifts grows from one C-layer to the next and is no invariance before UC3 (H3)") {
    std::vector<Tensor> images;
    for (int g = 0; g < 10; ++g) images.push_back(digit(g));
    for (const int distance : {1, 2}) {
        const auto alike = likeness_after_shift(ten(), images, distance);
        CAPTURE(distance);
        CHECK(alike[0] < alike[2]);  // U0 < UC1 < UC2 < UC3
        CHECK(alike[2] < alike[4]);
        CHECK(alike[4] < alike[6]);
        // Each C-layer tolerates more than the S-layer that it reads.
        for (const std::size_t s : {1, 3, 5}) CHECK(alike[s] < alike[s + 1]);
        CHECK(alike[2] < 0.95);  // far from what full invariance would give, 1
    }
}
// [tolerance]

TEST_SUITE_END();
