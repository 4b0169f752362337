// The colours of maps do what is said of them.
#include "common/figure/colour_scale.hpp"

#include <limits>

#include "common/figure/lettering.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: figure");

TEST_CASE("figure: equal steps of the colour scale look equally large, and it only becomes lighter") {
    double least = 1, most = 0;
    for (int i = 1; i < 256; ++i) {
        const auto a = figure::oklab(figure::uniform_colour((i - 1) / 255.0));
        const auto b = figure::oklab(figure::uniform_colour(i / 255.0));
        CHECK(b[0] > a[0]);
        const double step = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        least = std::min(least, step), most = std::max(most, step);
    }
    CHECK(least > 0);
    CHECK(most <= 1.25 * least);
    CHECK(figure::oklab(figure::uniform_colour(0))[0] <= 0.2);
    CHECK(figure::oklab(figure::uniform_colour(1))[0] >= 0.9);
}

TEST_CASE("figure: OKLab calls white 1, 0, 0 and shares beyond the scale get its ends") {
    const auto white = figure::oklab({1, 1, 1});
    CHECK(white[0] == doctest::Approx(1).epsilon(1e-6));
    CHECK(std::abs(white[1]) <= 1e-6);
    CHECK(std::abs(white[2]) <= 1e-6);
    CHECK(figure::uniform_colour(-3) == figure::uniform_colour(0));
    CHECK(figure::uniform_colour(7) == figure::uniform_colour(1));
    CHECK(figure::uniform_colour(std::numeric_limits<double>::quiet_NaN()) == figure::uniform_colour(0));
}

TEST_CASE("figure: letters darken the picture where they stand, and leave the rest") {
    Tensor paper({.h = 40, .w = 200, .c = 3});
    fill(paper, 1);
    figure::letter(paper, 10, 20, "Fashion", {.scale = 2});
    const int width = figure::letters_width("Fashion", 2);
    CHECK(width > 40);
    CHECK(width < 180);
    int dark = 0, outside = 0;
    for (int i = 0; i < 40; ++i)
        for (int j = 0; j < 200; ++j) {
            if (paper(0, i, j, 0) == 1) continue;
            ++dark;
            outside += i < 10 || i >= 10 + figure::letters_height(2) || j < 20 || j >= 20 + width;
        }
    CHECK(dark > 100);
    CHECK(outside == 0);
    figure::letter(paper, 35, 190, "cut off at the border", {.scale = 3});  // stays inside
    CHECK(figure::shortened("a very long label", figure::letters_width("a very...", 1), 1) == "a very...");
    CHECK(figure::shortened("short", 1000, 1) == "short");
}

TEST_SUITE_END();
