#include "common/stream.hpp"
#include "common/simd.hpp"
#include "common/testing.hpp"

using namespace cnn;
using simd::lanes;

TEST_SUITE_BEGIN("common: stream");

TEST_CASE("stream: results can pass the caches where every vector of a view is whole and in its place") {
    Tensor y({2, 3, 5, 3 * lanes}), narrow({2, 3, 5, lanes / 2});
    CHECK(streamable(y));
    CHECK(streamable(y.view().channels(lanes, 2 * lanes)));
    CHECK(streamable(y.view().every({2, 3}, 1, 1)));
    CHECK_FALSE(streamable(y.view().channels(1, lanes)));
    CHECK_FALSE(streamable(y.view().channels(0, lanes + 1)));
    CHECK_FALSE(streamable(narrow));
}
