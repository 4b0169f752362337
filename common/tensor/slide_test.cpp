#include "common/tensor/slide.hpp"

#include <sstream>

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: slide");

TEST_CASE("slide: a drawing is read row by row with blank lines and indents ignored") {
    const Tensor grid = slide(R"(
          4  9 2.5
         -1  0   8
    )");
    CHECK(grid.shape() == Shape{.h = 2, .w = 3});
    CHECK(grid(0, 0, 2, 0) == real{2.5});
    CHECK(grid(0, 1, 0, 0) == -1);
}

TEST_CASE("slide: a kernel is the same drawing as kh x kw x 1 x 1") {
    const Tensor kernel = slide_kernel("1 2 3 \n 4 5 6");
    CHECK(kernel.shape() == Shape{2, 3, 1, 1});
    CHECK(kernel(1, 2, 0, 0) == 6);
}

TEST_CASE("slide: rows of different length are refused") {
    CHECK(error_of([] { slide("1 2 3 \n 4 5"); }).starts_with("slide: every row needs as many numbers"));
    CHECK(error_of([] { slide("  \n "); }).starts_with("slide: every row needs as many numbers"));
}

TEST_CASE("slide: a tensor prints as its grid") {
    std::ostringstream out;
    out << slide("1 -2 \n 30 4");
    CHECK(out.str() == "1x2x2x1\nimage 0, channel 0\n    1    -2\n   30     4");
    std::ostringstream large;
    large << Tensor({.h = 100, .w = 100});
    CHECK(large.str() == "1x100x100x1 (too many numbers to print)");
}

TEST_SUITE_END();
