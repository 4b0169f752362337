#include "row_tiles.hpp"

#include "common/testing/testing.hpp"
#include "convolution_engine.hpp"

using namespace cnn;
using engine::convolution::RowTiles;

TEST_SUITE_BEGIN("04 convolution");

TEST_CASE("line: a tile at the border takes passes for what it sees, or one over a copy") {
    // 21 pixels, 3 taps, one pixel of padding on the left: tiles of 5.
    const engine::convolution::RowGeometry sight{21, 20, 3, 1, 1, 1};
    const RowTiles apart(sight, 5, 1, 0, false, true), copied(sight, 5, 1, 0, true, true);
    CHECK(apart.tiles() == 4);
    CHECK(apart.passes(0).size() == 3);  // two columns of taps, the third for all but a pixel, ReLU
    CHECK(apart.passes(0)[1].l == 0);
    CHECK(apart.passes(0)[1].first == 1);
    CHECK(apart.passes(1).size() == 1);
    CHECK(apart.identical(0) == 1);
    CHECK(apart.identical(1) == 3);
    CHECK(copied.passes(0).size() == 1);
    CHECK(copied.passes(0)[0].copied);
    CHECK(copied.identical(0) == 1);
}

TEST_CASE("line: tiles of one length are neighbours, so that they go through one call") {
    // 56 pixels in tiles of up to 6: six of 6, four of 5.
    const RowTiles line({56, 56, 1, 1, 1, 0}, 6, 1, 0, false, false);
    CHECK(line.tiles() == 10);
    CHECK(line.identical(0) == 6);
    CHECK(line.identical(6) == 4);
}

TEST_CASE("line: a tile that lies in padding alone is not like a tile that sees all") {
    for (int padding = 1; padding <= 30; ++padding)
        for (const int filters : {simd::lanes, 4 * simd::lanes}) {
            CAPTURE(padding);
            CAPTURE(filters);
            const Tensor x = small_integers({.h = 16, .w = 60, .c = 9}),
                         w = small_integers({1, 1, 9, filters}, 2);
            const Convolution layer{.padding = {0, 0, padding, 0}};
            CHECK(engine::conv2d(x, w, {}, layer) == naive::conv2d(x, w, {}, layer));
        }
}

TEST_SUITE_END();
