// Sheets of panels, and maps over pictures.
#include "common/figure/panels.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: figure");

TEST_CASE("figure: a map over a picture is lightest where the evidence is most") {
    const Tensor evidence = slide("0 0\n 0 4");
    Tensor grey({.h = 2, .w = 2});
    fill(grey, real(0.5));
    const Tensor over = figure::overlaid(grey, evidence, 8);
    CHECK(over.shape() == Shape{.h = 8, .w = 8, .c = 3});
    CHECK(over(0, 7, 7, 0) > over(0, 4, 4, 0));
    CHECK(over(0, 4, 4, 0) > over(0, 0, 0, 0));
    // No evidence at all: the scale's dark end everywhere, no 0/0.
    const Tensor nothing = figure::overlaid(grey, Tensor({.h = 2, .w = 2}), 4);
    CHECK(nothing(0, 0, 0, 0) == nothing(0, 3, 3, 0));
    CHECK(nothing(0, 0, 0, 0) < real(0.5));
}

TEST_CASE("figure: a sheet has its panels in rows, a bar if asked for, and white between") {
    const std::vector<figure::Panel> panels(5, {Tensor({.h = 30, .w = 40, .c = 1}), "title", "note"});
    const Tensor plain = figure::sheet(panels, 3), with_bar = figure::sheet(panels, 3, true);
    CHECK(plain.shape().h == with_bar.shape().h);
    CHECK(plain.shape().w < with_bar.shape().w);
    CHECK(plain(0, 0, 0, 0) == 1);
    CHECK(plain(0, 16, 16, 0) == 0);                                      // the first panel's corner
    CHECK(plain(0, plain.shape().h - 60, plain.shape().w - 30, 0) == 1);  // there is no sixth
    CHECK(figure::shown_size(100, 200) == Extent(160, 320));
    CHECK(figure::shown_size(1, 8000).h == 48);
}

TEST_CASE("figure: a frame stands around its part and inside the picture") {
    Tensor picture({.h = 6, .w = 6, .c = 3});
    figure::frame(picture, 2, 2, 2, {1, 0, 0}, 1);
    Tensor red(Tensor(picture.view().channels(0, 1)));
    CHECK(red == slide("0 0 0 0 0 0\n 0 1 1 1 1 0\n 0 1 0 0 1 0\n 0 1 0 0 1 0\n 0 1 1 1 1 0\n 0 0 0 0 0 0"));
    figure::frame(picture, 0, 0, 6, {1, 1, 1}, 3);  // all outside
    CHECK(picture(0, 0, 0, 1) == 0);
}

TEST_SUITE_END();
