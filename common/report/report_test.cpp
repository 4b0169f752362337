#include "common/report/report.hpp"

#include <sstream>

#include "common/figure/figure.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE_BEGIN("common: report");

TEST_CASE("report: a number of the lecture gets its tick only if it is equal") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder.path(), console);
    report.chapter("03", "Padding", "s-06");
    report.check("rows", 9, 9);
    report.check("columns", 9, 10);
    report.check("the map", slide("1 2"), slide("1 3"));
    CHECK(report.numbers_checked() == 3);
    CHECK(report.numbers_equal() == 1);
    CHECK(holds(console.str(), "    ✓ rows"));
    CHECK(holds(console.str(), " 9  instead of  10\n"));
    CHECK(holds(console.str(), "✗ the map"));
    CHECK(holds(console.str(), " 1 2  instead of  1 3\n"));
    report.finish();
    CHECK(holds(console.str(), "1 of 3 numbers agree: 1 of 3 printed on slides; the page is "));
}

TEST_CASE("report: the page holds chapters and figures and nothing of it is read as HTML") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder / "new" / "tour", console);
    report.chapter("03", "A < B & C", "s-06");
    report.say("<script>alert(1)</script>");
    report.timing("pad", 0.002, 0.001);
    report.table({{"layer", "count"}, {"conv", "1,234"}}, "counts");
    figure::grids(report.path("x.svg"), {{"g", slide("1")}});
    report.figure("x.svg", "A grid.");
    report.finish();
    CHECK(report.figures() == std::vector<std::string>{"x.svg"});
    const std::string page = read_whole(report.path("index.html"));
    CHECK(holds(page, "A &lt; B &amp; C"));
    CHECK(holds(page, "&lt;script&gt;"));
    CHECK_FALSE(holds(page, "<script"));
    CHECK(holds(page, "src=\"data:image/svg+xml;base64,PHN2Zy"));  // "<svg"
    CHECK(holds(page, ">2.0x<"));
    CHECK(holds(page, "<a href=\"#chapter-03\">"));
    CHECK(read_whole(report.path("counts.md")) == "| layer | count |\n| --- | ---: |\n| conv | 1,234 |\n");
}

TEST_CASE("report: numbers become Doxygen aliases so that an unknown one is an unknown command") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder.path(), console);
    report.number("paddingRows", "9");
    report.number("paddingNote", "a \"b\" \\ c");
    report.number("paddingRows", "9");
    report.finish();
    CHECK(read_whole(folder / "numbers.doxy") ==
          "ALIASES += cnnNumber{1}=\"@cnnNumber_\\1\"\n"
          "ALIASES += cnnNumber_paddingNote=\"a \\\"b\\\" \\\\ c\"\n"
          "ALIASES += cnnNumber_paddingRows=\"9\"\n");
    CHECK(error_of([&] { report.number("padding_rows", "1"); }) ==
          "report: the number \"padding_rows\" must be named by letters and digits alone");
    CHECK(error_of([&] { report.number("paddingRows", "8"); }) ==
          "report: the number \"paddingRows\" is 9 and 8");
}

TEST_CASE("report: what is lacking is told, and the tour goes on") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder.path(), console, false, "/nowhere");
    report.chapter("04", "Convolution", "s-05");
    report.attempt("the accuracy", [&] { report.garments(Part::test); });
    report.check("the rest", 1, 1);
    CHECK(error_of([&] { report.attempt("nothing", [] { throw Error("a fault"); }); }) == "a fault");
    report.finish();
    CHECK(holds(console.str(), "Left out in 04: the accuracy (Fashion-MNIST: there is no /nowhere/"));
    CHECK(holds(console.str(), "1 of 1 numbers agree"));
}

TEST_CASE("report: a checked number says whose it is and reads as people write it") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder.path(), console);
    report.chapter("04", "Convolution", "s-05");
    report.check("with the floor that the slide forgets (E1)", 3, 3);
    report.check("the slide's formula", 1010100.0, 1010100.0);
    report.agree("measured to a bound", true, true);
    report.check("E12 on ResNet's HAS1 and E1x", 1, 1);
    report.check("no HOG3, no E", 118013952, 118013952);
    report.finish();
    CHECK(report.tally().checked == std::array{2, 2, 1});
    CHECK(holds(console.str(), " 1,010,100\n"));
    CHECK(holds(console.str(), " 118,013,952\n"));
    CHECK(holds(console.str(),
                "5 of 5 numbers agree: 2 of 2 printed on slides, 2 of 2 of errata, 1 of 1 measured here; "));
}

TEST_CASE("report: a ratio in a sentence is what another run repeats") {
    CHECK(about(129) == "about 150");
    CHECK(about(186) == "about 200");
    CHECK(about(690) == "about 700");
    CHECK(about(1342) == "about 1,500");
    CHECK(about(1.1) == "about 1");
    CHECK(about(9.9) == "about 10");
    CHECK(about(0.9) == "about 1");
    CHECK(readable(0.25) == "0.25");
}

TEST_CASE("report: wrong use is named") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder.path(), console);
    CHECK(error_of([&] { report.say("x"); }) == "report: begin with chapter()");
    report.chapter("03", "Padding", "s-06");
    CHECK(error_of([&] { report.figure("none.svg", "x"); }) ==
          "cannot read " + (folder / "none.svg").string() + ": No such file or directory");
    CHECK(error_of([&] {
              report.table({{"a", "b"}, {"c"}});
          }) == "table: every row needs as many cells as the heading");
    write_whole(folder / "file", "x");
    CHECK(error_of([&] { Report(folder / "file", console); }).starts_with("report: cannot make the folder"));
}

TEST_CASE("report: durations and ratios read well at every size") {
    CHECK(duration(12.34) == "12.3 s");
    CHECK(duration(0.9999) == "1.00 s");
    CHECK(duration(0.1234) == "123 ms");
    CHECK(duration(0.00123) == "1.23 ms");
    CHECK(duration(0.0000456) == "45.6 µs");
    CHECK(duration(0.00000002) == "20.0 ns");
    CHECK(ratio(3, 1) == "3.0x");
    CHECK(ratio(123.4, 1) == "123x");
}

TEST_CASE("report: the median time runs at least three times unless a run is long") {
    int runs = 0;
    CHECK(median_seconds([&] { ++runs; }, 0) >= 0);
    CHECK(runs == 1);
    runs = 0;
    CHECK(median_seconds([&] { ++runs; }, 0.001) < 0.001);
    CHECK(runs >= 3);
}

TEST_SUITE_END();
