#include "common/machine/cache.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

TEST_CASE("cache: there are three levels, each of some size that does not change") {
    for (const int level : {1, 2, 3}) {
        CHECK(cnn::cache_bytes(level) > 0);
        CHECK(cnn::cache_bytes(level) % 1024 == 0);
        CHECK(cnn::cache_bytes(level) == cnn::cache_bytes(level));
    }
    CHECK_THROWS_AS(cnn::cache_bytes(0), std::out_of_range);
    CHECK_THROWS_AS(cnn::cache_bytes(4), std::out_of_range);
}

TEST_CASE("cache: whole pages apart is one place of the nearest cache") {
    CHECK(cnn::same_cache_set(0));
    CHECK(cnn::same_cache_set(3 * 4096));
    CHECK_FALSE(cnn::same_cache_set(4096 + 64));
}
