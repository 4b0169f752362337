// s-12: the nine pictures that excite each channel most, by sorting all maps and in one pass over them.
#include "learned_filters.hpp"

#include "race.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

Row row(const std::string& layer, Shape maps, int threads) {
    Row row{.layer = layer,
            .pass = "strongest",
            .threads = threads,
            .quick = true,
            .who = {"optimized", "naive"}};
    row.bytes = row.read = maps.size() * std::int64_t{sizeof(real)};
    row.start = [maps] {
        const auto all = std::make_shared<Tensor>(maps);
        Random random(1);
        for (real& value : all->flat()) value = std::max(real(0), real(random.normal()));
        return [all](const std::string& who) -> Work {
            const auto search = who == "naive" ? naive::strongest : optimized::strongest;
            const auto found = std::make_shared<Strongest>();
            return {[=] { *found = search(stored(*all), 9); },
                    [=] {
                        Tensor values({.h = int(found->channels.size()), .w = 9});
                        for (int c = 0; c < values.shape().h; ++c)
                            for (int k = 0; k < 9; ++k)
                                values(0, c, k, 0) = found->channels[std::size_t(c)][std::size_t(k)].value;
                        return values;
                    }};
        };
    };
    return row;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (const int threads : bench::thread_counts()) {
        rows.push_back(row("lenet5.relu2", {.n = 500, .h = 10, .w = 10, .c = 16}, threads));
        rows.push_back(row("resnet20.layer1", {.n = 64, .h = 32, .w = 32, .c = 16}, threads));
    }
    return bench::race(argc, argv, rows);
}
