// The pictures with known places.
#include "scenes/scenes.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// Ten garments that are 28x28 frames, so that boxes are known.
Dataset frames() {
    Dataset set{Tensor({.n = 10, .h = 28, .w = 28}), {}, fashion_mnist_classes()};
    for (int n = 0; n < 10; ++n) {
        fill(set.images.view().images(n, 1).window(4, 6, {20, 10}), 1);
        set.labels.push_back(n);
    }
    return set;
}

}  // namespace

TEST_SUITE_BEGIN("22 unet");

TEST_CASE("s-16: a scene is the same for the same seed and its box holds the garment") {
    const Dataset set = frames();
    const Scene a = scene(set, 3), b = scene(set, 3), c = scene(set, 4);
    CHECK(a.picture == b.picture);
    CHECK(!(a.picture == c.picture));
    REQUIRE(a.garments.size() == 1);
    const Region box = a.garments[0].box;
    CHECK(box.rows.size() == 20);
    CHECK(box.columns.size() == 10);
    for (int i = box.rows.begin; i < box.rows.end; ++i)
        for (int j = box.columns.begin; j < box.columns.end; ++j) CHECK(a.picture(0, i, j, 0) == 1);
}

TEST_CASE("s-16: a mask holds each garment's class on its own pixels and 0 everywhere else") {
    const Scene s = scene(frames(), 5, {.side = 84, .garments = 2});
    CHECK(s.mask.shape() == s.picture.shape());
    for (int i = 0; i < 84; ++i)
        for (int j = 0; j < 84; ++j) {
            int label = -1;
            for (const Placed& p : s.garments)
                if (p.box.rows.begin <= i && i < p.box.rows.end && p.box.columns.begin <= j &&
                    j < p.box.columns.end)
                    label = p.label;
            CHECK(s.mask(0, i, j, 0) == 1 + label);
        }
    const Scene g = grid(frames(), {3, 1, 4, 5});
    CHECK(g.mask(0, 4, 6, 0) == 4);
    CHECK(g.mask(0, 4, 5, 0) == 0);
    CHECK(g.mask(0, 4, 34, 0) == 2);
}

TEST_CASE("s-16: garments of one scene have different classes and do not touch") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Scene s = scene(frames(), seed, {.side = 84, .garments = 3});
        REQUIRE(s.garments.size() == 3);
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < i; ++j) {
                const Placed &a = s.garments[i], &b = s.garments[j];
                CHECK(a.label != b.label);
                CHECK((intersection(a.box.rows, b.box.rows).empty() ||
                       intersection(a.box.columns, b.box.columns).empty()));
            }
    }
    CHECK(error_of([] { scene(frames(), 1, {.side = 56, .garments = 5}); }).find("do not fit") !=
          std::string::npos);
}

TEST_CASE("s-16: a grid sets garments in cells, row by row") {
    const Scene g = grid(frames(), {3, 1, 4, 5});
    CHECK(g.picture.shape() == Shape{.h = 56, .w = 56});
    CHECK(g.garments[1].label == 1);
    CHECK(g.garments[2].box == Region{{28, 56}, {0, 28}});
    CHECK(error_of([] { grid(frames(), {1, 2, 3}); }).find("no square") != std::string::npos);
    CHECK(error_of([] { grid(frames(), {10}); }).find("no garment 10") != std::string::npos);
}

TEST_SUITE_END();
