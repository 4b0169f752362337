#include "common/base/error.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_CASE("error: its parts become one line") {
    CHECK(error_of([] { throw Error("conv2d: stride ", 0, "; it must be at least ", 1); }) ==
          "conv2d: stride 0; it must be at least 1");
    CHECK(error_of([] {
              require(false, "pool: ", Shape{1, 2, 3, 4}, " and ", Extent{5, 6});
          }) == "pool: 1x2x3x4 and 5x6");
    CHECK(error_of([] { require(true, "never"); }) == "no error");
}
