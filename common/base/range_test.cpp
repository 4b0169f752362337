#include "common/base/range.hpp"

#include <doctest/doctest.h>

using namespace cnn;

TEST_CASE("range: shares follow each other and differ by one at most") {
    for (int size : {0, 1, 7, 100})
        for (int shares : {1, 2, 3, 8}) {
            int end = 0;
            for (int i = 0; i < shares; ++i) {
                const Range share = share_of(size, i, shares);
                CHECK(share.begin == end);
                CHECK(size / shares <= share.size());
                CHECK(share.size() <= divide_up(size, shares));
                end = share.end;
            }
            CHECK(end == size);
        }
    // A product of size and share that 32 bits do not hold.
    CHECK(share_of(1 << 30, 7, 8) == Range{7 << 27, 1 << 30});
}

TEST_CASE("range: the places inside of a map are those that a loop finds") {
    for (int from = -9; from <= 9; ++from)
        for (int step = 1; step <= 4; ++step)
            for (int count = 0; count <= 6; ++count)
                for (int size = 0; size <= 8; ++size) {
                    const Range range = inside(from, step, count, size);
                    CHECK(range.begin <= range.end);
                    for (int i = 0; i < count; ++i) {
                        const int place = from + i * step;
                        const bool in_map = 0 <= place && place < size,
                                   in_range = range.begin <= i && i < range.end;
                        CHECK(in_map == in_range);
                    }
                }
}
