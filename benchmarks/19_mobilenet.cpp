// s-15, s-21: MobileNet's pairs: a depthwise and a 1x1 convolution, layer by layer and by bands of rows.
#include "common/tensor/normal_numbers.hpp"
#include "engine/depthwise_engine.hpp"
#include "engine/pointwise_engine.hpp"
#include "pair.hpp"
#include "race.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

Tensor drawn(Shape shape) { return normal_numbers(shape, std::uint64_t(shape.c)); }

struct Problem {
    Tensor x, depthwise, a, pointwise, b;
    Pair layers;

    SeparableWeights weights() const { return {depthwise, a, pointwise, b}; }
};

// "apart": the same kernels on whole maps.
Tensor call(const std::string& who, const Problem& p) {
    if (who == "naive") return naive::pair(p.x, p.weights(), p.layers);
    if (who == "optimized") return optimized::pair(p.x, p.weights(), p.layers);
    const Tensor between = engine::depthwise_conv2d(p.x, p.depthwise, p.a, p.layers.depthwise);
    return engine::pointwise_conv2d(between, p.pointwise, {.bias = p.b, .activation = p.layers.activation});
}

Row row(const std::string& name, int threads, Shape map, int stride, int filters) {
    const std::int64_t pixels = std::int64_t{map.h / stride} * (map.w / stride);
    return {.layer = "mobilenet." + name,
            .pass = "forward",
            .threads = threads,
            .flop = 2 * pixels * map.c * (9 + filters),
            .bytes = std::int64_t{sizeof(real)} *
                     (map.size() + pixels * filters + std::int64_t{map.c} * (9 + filters)),
            .quick = threads == 1,
            .who = threads == 1 ? std::vector<std::string>{"optimized", "apart", "naive"}
                                : std::vector<std::string>{"optimized", "apart"},
            .start = [=] {
                const auto given = std::make_shared<Problem>(Problem{drawn(map),
                                                                     drawn({3, 3, 1, map.c}),
                                                                     drawn({.c = map.c}),
                                                                     drawn({1, 1, map.c, filters}),
                                                                     drawn({.c = filters}),
                                                                     {}});
                given->layers.depthwise.stride = stride;
                return [given](const std::string& who) -> Work {
                    const auto y = std::make_shared<Tensor>();
                    return {[=] { *y = call(who, *given); }, [=] { return *y; }};
                };
            }};
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (const int threads : bench::thread_counts()) {
        rows.push_back(row("pair1", threads, {.h = 112, .w = 112, .c = 32}, 1, 64));
        rows.push_back(row("pair2", threads, {.h = 112, .w = 112, .c = 64}, 2, 128));
        rows.push_back(row("pair3", threads, {.h = 56, .w = 56, .c = 128}, 1, 128));
        rows.push_back(row("pair7", threads, {.h = 14, .w = 14, .c = 512}, 1, 512));
    }
    return bench::race(argc, argv, rows);
}
