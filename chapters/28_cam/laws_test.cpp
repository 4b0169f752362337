// Classifying before enlarging is the same as after: both are linear.
#include "cam.hpp"
#include "common/files/image.hpp"
#include "explained_testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("28 cam");

TEST_CASE("s-26: enlarging by powers of two, naive and optimized agree to the last bit") {
    for (const int channels : {1, 3, 17})
        for (const Extent size : {Extent(4, 6), Extent(8, 12), Extent(2, 3)}) {
            const Tensor maps = small_integers({.n = 2, .h = 2, .w = 3, .c = channels});
            CHECK(naive::upsample(maps, size) == optimized::upsample(maps, size));
            const Tensor one(maps.view().images(0, 1)), w = small_integers({1, 1, channels, 5}, 2);
            CHECK(naive::cam(one, w, {4, 0, 4}, size) == optimized::cam(one, w, {4, 0, 4}, size));
        }
}

TEST_CASE("s-26: for any sizes naive and optimized agree to rounding, and so does resize") {
    for (const int from : {1, 3, 7})
        for (const int to : {1, 2, 5, 7, 30}) {
            const Tensor maps = normal_numbers({.h = from, .w = from + 1, .c = 5}),
                         w = normal_numbers({1, 1, 5, 2}, 3);
            const Extent size(to, to + 2);
            CHECK(largest_difference(naive::cam(maps, w, {0, 1}, size),
                                     optimized::cam(maps, w, {0, 1}, size)) <= 1e-5);
            CHECK(largest_difference(optimized::upsample(maps, size), naive::upsample(maps, size)) <= 1e-6);
        }
}

TEST_CASE("s-26: enlarging keeps the range of a map and a constant map") {
    const Tensor map = normal_numbers({.h = 5, .w = 4});
    const auto [low, high] = std::ranges::minmax(map.flat());
    const Tensor large = optimized::upsample(map, 23);
    for (const real value : large.flat()) {
        CHECK(value >= low - real(1e-6));
        CHECK(value <= high + real(1e-6));
    }
    Tensor flat({.h = 3, .w = 3});
    fill(flat, 7);
    Tensor sevens({.h = 10, .w = 10});
    fill(sevens, 7);
    CHECK(optimized::upsample(flat, 10) == sevens);
}

TEST_SUITE_END();
