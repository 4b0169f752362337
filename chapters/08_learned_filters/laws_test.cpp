// One pass finds what sorting finds, to the last bit, in memory that does not grow.
#include <limits>

#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "trained_testing.hpp"

using namespace cnn;

namespace {

/// Maps with many equal numbers.
Tensor tied_maps(Shape shape, std::uint64_t seed) {
    Tensor maps = small_integers(shape, seed);
    Random random(seed);
    for (real& value : maps.flat())
        if (random.below(3) == 0) value = real(random.below(2) == 0 ? 0.0 : -0.0);
    return maps;
}

}  // namespace

TEST_SUITE_BEGIN("08 learned filters");

// [same]
TEST_CASE("s-12: one pass finds what sorting everything finds whatever the ties and the threads") {
    const std::uint64_t seed = fuzz_seed("learned filters", 8);
    Random random(seed);
    for (int trial = 0; trial < 150; ++trial) {
        const Shape shape{1 + random.below(40), 1 + random.below(9), 1 + random.below(9),
                          1 + random.below(40)};
        const Tensor maps = tied_maps(shape, seed + std::uint64_t(trial));
        Maps source = stored(maps);
        source.batch = 1 + random.below(20);
        const int k = 1 + random.below(12);
        CAPTURE(shape);
        const auto sorted = naive::strongest(source, k).channels;
        CHECK(optimized::strongest(source, k).channels == sorted);
        const ThreadCount many(1 + trial % 5);
        CHECK(optimized::strongest(source, k).channels == sorted);
        CHECK(sorted[0].size() == std::size_t(std::min(k, shape.n)));
    }
}
// [same]

TEST_CASE("s-12: both find the same units of a trained network") {
    Lenet lenet;
    for (const char* name : lenet_depths) {
        const Maps maps = maps_of(lenet.trained, lenet.net.image, lenet.graph[name], lenet.garments.images);
        CHECK(naive::strongest(maps, 9).channels == optimized::strongest(maps, 9).channels);
    }
}

// [memory]
TEST_CASE("s-12: sorting holds every map and one pass holds as much for a thousand pictures as for sixteen") {
    const auto bytes = [](auto strongest, int pictures) {
        const Tensor maps({.n = pictures, .h = 10, .w = 10, .c = 8});
        return strongest(stored(maps), 9).bytes;
    };
    const std::int64_t map = 10 * 10 * 8 * sizeof(real), best = 9 * 8 * sizeof(Maximum);
    CHECK(bytes(naive::strongest, 1000) == 1000 * map + 1000 * 100 * std::int64_t{sizeof(Maximum)} + best);
    CHECK(bytes(optimized::strongest, 16) == 16 * map + 16 * 8 * std::int64_t{sizeof(Maximum)} + best);
    CHECK(bytes(optimized::strongest, 1000) == bytes(optimized::strongest, 16));
}
// [memory]

TEST_CASE("s-12: one pass asks for each picture once and never for more than a batch") {
    const Tensor maps = small_integers({.n = 37, .h = 3, .w = 3, .c = 5});
    Maps source = stored(maps);
    int next = 0;
    source.of = [&, all = source.of](int first, int count) {
        CHECK(first == next);
        CHECK(count <= source.batch);
        next = first + count;
        return all(first, count);
    };
    optimized::strongest(source, 4);
    CHECK(next == 37);
}

TEST_CASE("s-12: the best of a subset of the pictures are those of all that lie in it") {
    const Tensor maps = small_integers({.n = 30, .h = 4, .w = 4, .c = 6}, 3);
    const auto all = optimized::strongest(stored(maps), 30).channels;
    const auto few = optimized::strongest(stored(maps.view().images(0, 20)), 7).channels;
    for (std::size_t c = 0; c < all.size(); ++c) {
        std::vector<Maximum> expected;
        for (const Maximum& m : all[c])
            if (m.picture < 20 && expected.size() < 7) expected.push_back(m);
        CHECK(few[c] == expected);
    }
}

TEST_CASE("s-12: a search that makes no sense is refused") {
    const Tensor maps({.n = 2, .h = 3, .w = 3, .c = 1});
    for (const auto strongest : {naive::strongest, optimized::strongest}) {
        CHECK(error_of([&] { strongest(stored(maps), 0); }) ==
              "learned filters: the best 0 were asked for; it must be at least 1");
        CHECK(error_of([&] { strongest(stored(maps.view().images(0, 0)), 1); }) ==
              "learned filters: there are no pictures to search");
    }
    Lenet lenet;
    Tensor image({.h = 28, .w = 28});
    image(0, 3, 3, 0) = std::numeric_limits<real>::quiet_NaN();
    CHECK(error_of([&] {
              optimized::strongest(maps_of(lenet.trained, lenet.net.image, lenet.graph["relu1"], image), 1);
          }) ==
          "learned filters: \"relu1\" holds a number that is not finite for one of the pictures 0 to 0");
    CHECK(error_of([] { purity(std::vector<Maximum>{}, {}); }) == "purity: there are no maxima");
    CHECK(error_of([] {
              purity(Strongest{{{{0, 0, 0, 0}}}}, {1});
          }) == "purity: no picture excites any of the 1 channels");
    CHECK(purity({{1, 0, 0, 0}, {1, 1, 0, 0}, {1, 2, 0, 0}, {1, 3, 0, 0}}, {7, 2, 7, 7}) == 0.75);
}

TEST_SUITE_END();
