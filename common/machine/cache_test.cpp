#include "common/machine/cache.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

TEST_CASE("cache: each level is larger than the one before") {
    CHECK(cnn::cache_bytes(1) >= 8 << 10);
    CHECK(cnn::cache_bytes(2) > cnn::cache_bytes(1));
    CHECK(cnn::cache_bytes(3) > cnn::cache_bytes(2));
    CHECK_THROWS_AS(cnn::cache_bytes(0), std::out_of_range);
    CHECK_THROWS_AS(cnn::cache_bytes(4), std::out_of_range);
}
