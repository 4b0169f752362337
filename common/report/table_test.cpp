#include "common/report/table.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: table");

namespace {

const Table table = {{"layer", "time in µs", "count"}, {"conv, first", "-", "61,706"}, {"é\"", "0.5", "7"}};

}  // namespace

TEST_CASE("table: columns line up and numbers stand to the right") {
    CHECK(aligned(table, "> ") ==
          "> layer        time in µs   count\n"
          "> conv, first           -  61,706\n"
          "> é\"                  0.5       7\n");
}

TEST_CASE("table: as Markdown and as CSV") {
    CHECK(markdown({{"a", "b"}, {"x", "1"}}) == "| a | b |\n| --- | ---: |\n| x | 1 |\n");
    CHECK(csv(table) == "layer,time in µs,count\n\"conv, first\",-,\"61,706\"\n\"é\"\"\",0.5,7\n");
}

TEST_CASE("table: every row needs as many cells as the heading") {
    CHECK(error_of([] {
              aligned({{"a", "b"}, {"c"}});
          }) == "table: every row needs as many cells as the heading");
    CHECK(error_of([] { markdown({}); }) == "table: every row needs as many cells as the heading");
}

TEST_CASE("table: large numbers are grouped by thousands") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(61706) == "61,706");
    CHECK(grouped(15'470'264'320) == "15,470,264,320");
    CHECK(grouped(-1000) == "-1,000");
    CHECK(grouped(-100) == "-100");
}

TEST_SUITE_END();
