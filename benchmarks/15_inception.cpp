// s-19: the 1x1 layers of GoogLeNet's modules that read the same map: one by one, and as one layer.
#include "common/tensor/normal_numbers.hpp"
#include "convolution.hpp"
#include "race.hpp"
#include "siblings.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

Tensor drawn(Shape shape) { return normal_numbers(shape, std::uint64_t(shape.c)); }

struct Problem {
    Tensor x;
    std::vector<Tensor> w, b;
    std::vector<Sibling> layers;
    std::vector<int> filters;

    Problem(Shape map, const std::vector<int>& counts) : x(drawn(map)), filters(counts) {
        for (const int count : counts) {
            w.push_back(drawn({.w = map.c, .c = count}));
            b.push_back(drawn({.c = count}));
        }
        for (std::size_t k = 0; k < counts.size(); ++k) layers.push_back({w[k], b[k]});
    }
};

// As in a network that runs again and again: filters packed once, memory there.
Work work(const std::string& who, const std::shared_ptr<const Problem>& given) {
    if (who == "naive") return {[=] { naive::siblings(given->x, given->layers); }, {}};
    const auto merged = std::make_shared<Merged>(optimized::merge(given->layers));
    Shape shape = given->x.shape();
    shape.c = merged->w.shape().c;
    const auto y = std::make_shared<Tensor>(shape);
    const auto result = [=] { return *y; };
    const Convolution layer{.activation = Activation::relu};
    if (who == "optimized") {
        const Prepared call = optimized::prepared_conv2d(merged->w, merged->b, layer);
        return {[=] { (void)merged, call(given->x, *y); }, result};
    }
    // "apart": the same layers, each into its channels.
    std::vector<Prepared> calls;
    for (const Sibling& one : given->layers) calls.push_back(optimized::prepared_conv2d(one.w, one.b, layer));
    return {[=] {
                int first = 0;
                for (std::size_t k = 0; k < calls.size(); ++k) {
                    calls[k](given->x, y->view().channels(first, given->filters[k]));
                    first += given->filters[k];
                }
            },
            result};
}

Row row(const std::string& module, int threads, Shape map, const std::vector<int>& filters) {
    std::int64_t pixels = std::int64_t{map.h} * map.w, all = 0;
    for (const int count : filters) all += count;
    return {.layer = "googlenet." + module + ".1x1",
            .pass = "forward",
            .threads = threads,
            .flop = 2 * pixels * map.c * all,
            .bytes = std::int64_t{sizeof(real)} * (pixels * (map.c + all) + map.c * all),
            .quick = threads == 1,
            .who = threads == 1 ? std::vector<std::string>{"optimized", "apart", "naive"}
                                : std::vector<std::string>{"optimized", "apart"},
            .start = [=] {
                const auto given = std::make_shared<const Problem>(map, filters);
                return [given](const std::string& who) { return work(who, given); };
            }};
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (const int threads : bench::thread_counts()) {
        rows.push_back(row("3a", threads, {.h = 28, .w = 28, .c = 192}, {64, 96, 16}));
        rows.push_back(row("4b", threads, {.h = 14, .w = 14, .c = 512}, {160, 112, 24}));
        rows.push_back(row("5b", threads, {.h = 7, .w = 7, .c = 832}, {384, 192, 48}));
    }
    return bench::race(argc, argv, rows);
}
