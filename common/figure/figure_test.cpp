#include "common/figure/figure.hpp"
#include "common/figure/bubbles.hpp"

#include <cstdlib>

#include "common/figure/drawing.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

int count(const std::string& text, const std::string& what) {
    int found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_SUITE_BEGIN("common: figure");

TEST_CASE("figure: grids draw every number on a background of their own and tint what is inside") {
    const TemporaryFolder folder;
    figure::grids(folder / "x.svg",
                  {{"a < b", slide("1 2 \n 3 -0.125"), figure::Grid::Region{0, 1, 2, 1}}, {"c", slide("7")}});
    const std::string svg = read_whole(folder / "x.svg");
    CHECK(svg.starts_with("<svg xmlns"));
    CHECK(count(svg, palette::paper) == 1);
    CHECK(count(svg, "<text") == 7);
    CHECK(count(svg, ">-0.125</text>") == 1);
    CHECK(count(svg, "a &lt; b") == 1);
    CHECK(count(svg, palette::tint) == 2);
    CHECK(error_of([&] {
              figure::grids(folder / "x.svg", {{"two channels", Tensor({.c = 2})}});
          }) == "figure: the grid \"two channels\" is 1x1x1x2; only one image of one channel can be drawn");
}

TEST_CASE("figure: heat runs from dark violet to yellow and diverging is white at 0") {
    const Tensor heat = figure::heat(slide("-1 0 3"));
    CHECK(heat(0, 0, 0, 0) == real(68.0 / 255));
    CHECK(heat(0, 0, 2, 0) == real(253.0 / 255));
    const Tensor around = figure::diverging(slide("-1 0 4"));
    for (int c = 0; c < 3; ++c) CHECK(around(0, 0, 1, c) == 1);
    CHECK(around(0, 0, 0, 2) > around(0, 0, 0, 0));  // below: blue
    CHECK(around(0, 0, 2, 0) > around(0, 0, 2, 2));  // above: red
    CHECK(figure::diverging(slide("0 0"))(0, 0, 0, 0) == 1);
    CHECK(error_of([] { figure::heat(Tensor({.c = 2})); }) ==
          "figure: heat draws one map of one channel, not 1x1x1x2");
}

TEST_CASE("figure: a montage enlarges pixels and wraps on white") {
    const Tensor dark = slide("0 0.5");
    const Tensor sheet = figure::montage({dark, dark, dark}, 2, 3);
    CHECK(sheet.shape() == Shape{.h = 2 * 3 + 4, .w = 2 * 6 + 4, .c = 3});
    CHECK(sheet(0, 2, 2, 1) == 0);
    CHECK(sheet(0, 2, 3, 1) == real{0.5});
    CHECK(sheet(0, 2, 7, 1) == 1);
    CHECK(sheet(0, 9, 0, 2) == 0);
    CHECK(sheet(0, 9, 15, 2) == 1);
    CHECK(error_of([] { figure::montage({}, 2); }) ==
          "figure: a montage needs at least one picture, one column and a zoom of 1");
}

TEST_CASE("figure: channels become grey pictures that are stretched one by one") {
    Tensor map({.w = 2, .c = 2});
    map(0, 0, 1, 0) = 5;
    map(0, 0, 0, 1) = -1;
    const std::vector<Tensor> pictures = figure::channels(map);
    REQUIRE(pictures.size() == 2);
    CHECK(pictures[0] == slide("0 1"));
    CHECK(pictures[1] == slide("0 1"));
}

TEST_CASE("figure: a confusion matrix names both sides and needs a square of counts") {
    const TemporaryFolder folder;
    figure::confusion(folder / "x.svg", {{9, 1}, {0, 10}}, {"coat", "bag & belt"});
    const std::string svg = read_whole(folder / "x.svg");
    CHECK(count(svg, ">coat<") == 2);
    CHECK(count(svg, ">bag &amp; belt<") == 2);
    CHECK(count(svg, ">10<") == 1);
    CHECK(count(svg, ">0<") == 0);
    CHECK(error_of([&] {
              figure::confusion(folder / "x.svg", {{1}}, {"a", "b"});
          }) == "figure: a confusion matrix of 2 classes needs 2 rows of 2 counts");
}

TEST_CASE("figure: bubbles stand over two axes and their areas are to scale") {
    const TemporaryFolder folder;
    figure::bubbles(
        folder / "x.svg",
        {.title = "a & b",
         .x_label = "cost",
         .y_label = "worth",
         .bubbles = {{"small", 1, 70, 1, 0}, {"large", 10, 80, 100, 0}, {"hollow", 5, 60, 25, 1, true}}});
    const std::string svg = read_whole(folder / "x.svg");
    for (const char* text : {"a &amp; b", ">cost<", ">worth<", ">small<", ">large<", ">hollow<", ">5<"})
        CHECK(svg.find(text) != std::string::npos);
    // Radii 34, 17 and 3.4 for areas of 100, 25 and 1; small circles over large ones.
    const auto at = [&](const char* radius) { return svg.find(std::string("rx=\"") + radius + '"'); };
    CHECK(at("34") < at("17"));
    CHECK(at("17") < at("3.4"));
    CHECK(at("3.4") != std::string::npos);
    CHECK(error_of([] { figure::bubbles("x.svg", {}); }) == "figure: the chart x.svg has no bubbles");
    CHECK(error_of([] {
              figure::bubbles("x.svg", {.bubbles = {{"a", 0, 1, 1}}});
          }) ==
          "figure: the bubble \"a\" of x.svg stands at 0, 1 with an area of 1; all must be finite, x and the "
          "area above 0");
}

TEST_CASE("figure: bars carry their values, inside where there is room, and limits are dashed lines") {
    const TemporaryFolder folder;
    figure::bars(folder / "x.svg", {.title = "a & b",
                                    .unit = "GFLOP/s",
                                    .bars = {{"naive", 0.5}, {"tile", 7.25}, {"packed", 100}},
                                    .limits = {{"the ceiling", 200}}});
    const std::string svg = read_whole(folder / "x.svg");
    CHECK(count(svg, "a &amp; b") == 1);
    CHECK(count(svg, ">0.50 GFLOP/s<") == 1);
    CHECK(count(svg, ">7.2 GFLOP/s<") == 1);
    CHECK(count(svg, ">100 GFLOP/s<") == 1);
    CHECK(count(svg, "the ceiling: 200 GFLOP/s") == 1);
    CHECK(count(svg, "stroke-dasharray") == 1);
    CHECK(count(svg, "width=\"264\"") == 1);  // half of 560 - 2 * 16
    CHECK(count(svg, palette::paper) == 2);   // the background, and the value inside of the long bar
    CHECK(error_of([&] { figure::bars("x.svg", {}); }) == "figure: the chart x.svg has no bars");
    CHECK(error_of([&] {
              figure::bars("x.svg", {.bars = {{"a", -1}}});
          }) == "figure: the bar \"a\" of x.svg is -1 long; it must be finite and not negative");
}

TEST_CASE("figure: gnuplot draws a plot and a plot without numbers is refused") {
    const TemporaryFolder folder;
    figure::Plot plot{.title = "it's 50 % of \"all\"",
                      .x_label = "epoch",
                      .y_label = "loss",
                      .series = {{"train", {1, 2, 3}, {3, 2, 1}}, {"it's", {1, 2}, {1, std::nan("")}}}};
    figure::plot(folder / "x.svg", plot);
    CHECK(count(read_whole(folder / "x.svg"), "it's 50 % of") == 1);
    CHECK(folder.files() == 1);

    plot.series[0].y.pop_back();
    CHECK(error_of([&] { figure::plot("x.svg", plot); }) ==
          "figure: the series \"train\" of x.svg has 3 x and 2 y; it needs as many, and at least one");
    CHECK(error_of([&] { figure::plot("x.svg", {}); }) == "figure: the plot x.svg has no series");
}

TEST_CASE("figure: without gnuplot one line names the package and no file remains") {
    const TemporaryFolder folder;
    const std::string path = std::getenv("PATH"), name = (folder / "x.svg").string();
    setenv("PATH", folder.path().c_str(), 1);
    const std::string text = error_of([&] { figure::plot(name, {.series = {{"a", {1, 2}, {3, 4}}}}); });
    setenv("PATH", path.c_str(), 1);
    CHECK(text ==
          "figure: cannot run gnuplot to draw " + name + "; install it with `apt-get install gnuplot-nox`");
    CHECK(folder.files() == 0);
}

TEST_SUITE_END();
