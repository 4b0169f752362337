#include "common/kernels/schedule.hpp"

#include <algorithm>
#include <limits>

#include "common/base/random.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: schedule");

TEST_CASE("schedule: every tile meets every panel once, and no task is two tiles longer than another") {
    Random random(fuzz_seed("schedule", 4));
    const auto up_to = [&](int most) { return 1 + random.below(most); };
    for (int layer = 0; layer < 300; ++layer) {
        WorkEstimate demand{.tiles = random.below(400),
                            .panels = std::vector<int>(std::size_t(up_to(12))),
                            .reads = up_to(20000),
                            .writes = up_to(20000),
                            .filter_bytes = up_to(1 << 22),
                            .multiply_adds = up_to(1 << 28)};
        for (int& width : demand.panels) width = up_to(4);
        const Schedule schedule(demand);
        const int widest = std::ranges::max(demand.panels), panels = int(demand.panels.size());
        std::vector<int> met(std::size_t(demand.tiles * panels));
        int shortest = std::numeric_limits<int>::max(), longest = 0;
        for (int task = 0; task < schedule.count(); ++task) {
            int vectors = 0;
            schedule.for_each(task, [&](int p, Range tiles) {
                vectors += tiles.size() * demand.panels[std::size_t(p)];
                for (int t = tiles.begin; t < tiles.end; ++t) ++met[std::size_t(t * panels + p)];
            });
            shortest = std::min(shortest, vectors), longest = std::max(longest, vectors);
        }
        CAPTURE(layer);
        CHECK(std::ranges::all_of(met, [](int times) { return times == 1; }));
        CHECK(longest - shortest <= 2 * widest);
    }
}

TEST_CASE("schedule: each of one to seven threads has as many tasks") {
    const ThreadCount restored;
    for (int count = 1; count <= 7; ++count) {
        set_threads(count);
        const Schedule schedule({.tiles = 523,
                                 .panels = {4, 4, 4, 4},
                                 .reads = 384,
                                 .writes = 1536,
                                 .filter_bytes = 1 << 16,
                                 .multiply_adds = 1 << 26});
        CHECK(schedule.count() >= count);
        CHECK(schedule.count() % count == 0);
    }
}

TEST_SUITE_END();
