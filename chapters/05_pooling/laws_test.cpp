// What the slide does not state but pooling obeys: optimized is naive, NaN is not lost, nothing depends on
// threads.
#include <limits>

#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "pooling.hpp"

using namespace cnn;
using simd::lanes;

namespace {

constexpr real not_a_number = std::numeric_limits<real>::quiet_NaN();

const Pooling awkward[] = {
    {.kernel = 2, .stride = 2},
    {.kernel = 3, .stride = 2, .padding = 1},
    {.kernel = 3, .stride = 1, .padding = {1, 0, 2, 0}, .count_padding = false},
    {.kernel = {1, 4}, .stride = {3, 5}, .ceil = true},
    {.kernel = {3, 2}, .stride = {2, 3}, .padding = {2, 1, 0, 1}, .ceil = true},
    {.kernel = 1, .stride = 1},
    {.kernel = 4, .stride = 1, .padding = 3, .ceil = true, .count_padding = false},
    {.kernel = {2, 3}, .stride = 1, .padding = {3, 1, 4, 2}, .dilation = {3, 2}},
    {.kernel = 2, .stride = {1, 2}, .ceil = true, .dilation = {4, 1}},
};

// Both ways of everything on one shape.
void same(const Tensor& x, const Pooling& p) {
    CAPTURE(x.shape());
    CAPTURE(p.kernel);
    CAPTURE(p.stride);
    CAPTURE(p.padding);
    CAPTURE(p.ceil);
    CAPTURE(p.count_padding);
    CAPTURE(p.dilation);
    const Tensor largest = naive::max_pool(x, p);
    CHECK(optimized::max_pool(x, p) == largest);
    CHECK(optimized::max_pool_places(x, p) == naive::max_pool_places(x, p));
    CHECK(optimized::average_pool(x, p) == naive::average_pool(x, p));
    const Tensor dy = small_integers(largest.shape(), 2);
    CHECK(optimized::max_pool_backward(dy, x, p) == naive::max_pool_backward(dy, x, p));
    CHECK(optimized::average_pool_backward(dy, x.shape(), p) ==
          naive::average_pool_backward(dy, x.shape(), p));
}

// One side of a window that fits a map of `size`: kernel, stride, padding before and after.
struct Side {
    int kernel, stride, before, after, dilation;
    Side(Random& random, int size, bool ceil) {
        int window = 1;
        do {
            kernel = 1 + random.below(5);
            stride = 1 + random.below(5);
            dilation = random.below(3) != 0 ? 1 : 1 + random.below(size);
            window = (kernel - 1) * dilation + 1;
            before = random.below(window);
            after = random.below(window);
        } while (pooled_extent(size, before, after, window, stride, ceil) < 1);
    }
};

}  // namespace

TEST_SUITE_BEGIN("05 pooling");

TEST_CASE("s-09: optimized pooling is naive pooling to the last bit on awkward shapes") {
    for (const Pooling& p : awkward)
        for (const int channels : {1, 3, lanes - 1, lanes, lanes + 1, 4 * lanes + 3})
            for (const int batch : {1, 3})
                for (const int width : {4, 5, lanes}) same(small_integers({batch, 5, width, channels}), p);
    for (int width = 1; width <= 2 * lanes + 1; ++width)
        same(small_integers({.h = 3, .w = width, .c = 3}),
             {.kernel = 3, .stride = 2, .padding = 1, .ceil = true});
}

TEST_CASE("s-09: optimized pooling is naive pooling to the last bit on 2000 random layers") {
    const ThreadCount restored;
    set_threads(1);  // thousands of tiny layers: waking threads would take longer than the layers
    const std::uint64_t seed = fuzz_seed("pooling", 905);
    CAPTURE(seed);
    Random random(seed);
    for (int layer = 0; layer < 2000; ++layer) {
        CAPTURE(layer);
        const Shape x{1 + random.below(3), 1 + random.below(9), 1 + random.below(9), 1 + random.below(20)};
        const bool ceil = random.below(2) == 1;
        const Side v(random, x.h, ceil), h(random, x.w, ceil);
        same(small_integers(x, random.bits()), {.kernel = {v.kernel, h.kernel},
                                                .stride = {v.stride, h.stride},
                                                .padding = {v.before, v.after, h.before, h.after},
                                                .ceil = ceil,
                                                .count_padding = random.below(2) == 1,
                                                .dilation = {v.dilation, h.dilation}});
    }
}

TEST_CASE("s-09: maps larger than a tile and channels by the thousand pool the same") {
    same(small_integers({.h = 70, .w = 90, .c = 24}), {.kernel = 3, .stride = 2, .padding = 1});
    same(small_integers({.n = 2, .h = 7, .w = 7, .c = 1000}), {.kernel = 7, .stride = 1});
    same(small_integers({.h = 2, .w = 6000, .c = 1}), {.kernel = {2, 5001}, .stride = 400});
}

TEST_CASE("s-09: slices of channels pool like their copies into slices of channels") {
    const Tensor all = small_integers({.n = 2, .h = 6, .w = 7, .c = 3 * lanes});
    for (const int c : {1, 5, lanes, lanes + 3}) {
        const View x = View(all).channels(2, c);
        const Pooling p{.kernel = 3, .stride = 1, .padding = 1};
        const Tensor copied(x), dy = small_integers(pooled_shape(x.shape, p), 2);
        for (const bool largest : {true, false}) {
            Tensor y({.n = 2, .h = 6, .w = 7, .c = 4 * lanes}), dx(y.shape());
            const MutableView y_slice = y.view().channels(3, c), dx_slice = dx.view().channels(1, c);
            if (largest) {
                optimized::max_pool_into(x, p, y_slice);
                optimized::max_pool_backward_into(dy, x, p, dx_slice);
                CHECK(Tensor(y_slice) == naive::max_pool(copied, p));
                CHECK(Tensor(dx_slice) == naive::max_pool_backward(dy, copied, p));
            } else {
                optimized::average_pool_into(x, p, y_slice);
                optimized::average_pool_backward_into(dy, p, dx_slice);
                CHECK(Tensor(y_slice) == naive::average_pool(copied, p));
                CHECK(Tensor(dx_slice) == naive::average_pool_backward(dy, x.shape, p));
            }
            // Nothing beside the slices was touched.
            fill(y_slice, 0);
            fill(dx_slice, 0);
            CHECK(y == Tensor(y.shape()));
            CHECK(dx == Tensor(dx.shape()));
        }
    }
}

// [nan]
TEST_CASE_TEMPLATE("s-09: a NaN in a window is its maximum wherever it stands", Implementation, Naive,
                   Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    const auto max_pool_backward =
        pick<Implementation>(naive::max_pool_backward, optimized::max_pool_backward);
    for (const int channels : {1, lanes, lanes + 1, 4 * lanes})
        for (int place = 0; place < 9; ++place) {
            Tensor x = small_integers({.h = 3, .w = 3, .c = channels});
            x(0, place / 3, place % 3, channels - 1) = not_a_number;
            const Tensor y = max_pool(x, {.kernel = 3, .stride = 3});
            CHECK(std::isnan(y(0, 0, 0, channels - 1)));
            if (channels > 1) CHECK(!std::isnan(y(0, 0, 0, 0)));
            // The gradient goes to it, and to the first of two.
            x(0, 2, 2, channels - 1) = not_a_number;
            Tensor dy({.c = channels});
            fill(dy, 1);
            const Tensor dx = max_pool_backward(dy, x, {.kernel = 3, .stride = 3});
            CHECK(dx(0, place / 3, place % 3, channels - 1) == 1);
            CHECK(dot(dx, dx) == channels);
        }
}
// [nan]

TEST_CASE("s-09: average pooling's gradient is its adjoint") {
    const Tensor x = small_integers({.n = 2, .h = 6, .w = 5, .c = 3});
    for (const Extent kernel : {Extent(2), Extent(4, 1)}) {  // counts that are powers of two divide exactly
        const Pooling p{.kernel = kernel, .stride = 1, .padding = {kernel.h - 1, 0, 0, 0}};
        const Tensor dy = small_integers(pooled_shape(x.shape(), p), 2);
        CHECK(dot(optimized::average_pool(x, p), dy) ==
              dot(x, optimized::average_pool_backward(dy, x.shape(), p)));
    }
}

TEST_CASE("s-09: max pooling twice with 2x2 is max pooling once with 4x4") {
    const Tensor x = small_integers({.n = 2, .h = 8, .w = 12, .c = 5});
    const Pooling two{.kernel = 2, .stride = 2}, four{.kernel = 4, .stride = 4};
    CHECK(optimized::max_pool(optimized::max_pool(x, two), two) == optimized::max_pool(x, four));
    CHECK(optimized::average_pool(optimized::average_pool(x, two), two) == optimized::average_pool(x, four));
}

TEST_CASE("s-09: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 2, .h = 61, .w = 47, .c = 19});
    const Pooling p{.kernel = 3, .stride = 2, .padding = 1};
    const Tensor dy = normal_numbers(pooled_shape(x.shape(), p), 2);
    const ThreadCount restored;
    set_threads(1);
    const Tensor largest = optimized::max_pool(x, p), average = optimized::average_pool(x, p);
    const Tensor dx = optimized::max_pool_backward(dy, x, p);
    set_threads(3);
    CHECK(optimized::max_pool(x, p) == largest);
    CHECK(optimized::average_pool(x, p) == average);
    CHECK(optimized::max_pool_backward(dy, x, p) == dx);
}

TEST_CASE("s-09: pooling nodes know their kind and shape and window") {
    Graph graph;
    const Node x = graph.input({.h = 7, .w = 9, .c = 5});
    const Node largest = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, "pool1");
    const Node average = avg_pool(x, {.kernel = {2, 3}, .stride = {2, 3}});
    const Node global = global_average_pool(average);
    CHECK(largest.shape() == Shape{.h = 4, .w = 5, .c = 5});
    CHECK(average.shape() == Shape{.h = 3, .w = 3, .c = 5});
    CHECK(global.shape() == Shape{.c = 5});
    CHECK(average.name() == "avg_pool2d1");
    CHECK(graph.entry(largest).operation->kind() == "max_pool2d");
    CHECK(graph.entry(global).operation->kind() == "global_avg_pool");
    const Window window = graph.entry(largest).operation->window({x.shape()});
    CHECK(window.kernel == Extent(3));
    CHECK(window.stride == Extent(2));
    CHECK(window.padding == Sides(1));
    CHECK(graph.entry(global).operation->window({average.shape()}).whole);
    CHECK(graph.parameters().empty());
}

TEST_CASE("s-09: wrong pooling is refused in one line that names the remedy") {
    const auto pool = [](Shape x, const Pooling& p) { return error_of([&] { pooled_shape(x, p); }); };
    CHECK(pool({.h = 4, .w = 4}, {.kernel = 0}) == "pooling: the kernel is 0x0; it must be at least 1");
    CHECK(pool({.h = 4, .w = 4}, {.stride = {1, 0}}) == "pooling: the stride is 1x0; it must be at least 1");
    CHECK(pool({.h = 4, .w = 4}, {.padding = {0, -1, 0, 0}}) ==
          "pooling: the padding is top 0 bottom -1 left 0 right 0; it must not be negative");
    CHECK(pool({.h = 4, .w = 4}, {.padding = {0, 0, 0, 2}}) ==
          "pooling: the padding is top 0 bottom 0 left 0 right 2 and the kernel 2x2, so a window could lie "
          "wholly in padding; pad less than the kernel");
    CHECK(pool({.h = 2, .w = 4}, {.kernel = 3, .stride = 1}) ==
          "pooling: the kernel 3x3 does not fit on the padded map of 2x4; take a smaller kernel, or pad");
    CHECK(pool({.h = 0, .w = 4}, {}) == "pooling: the map is 0x4; there is nothing to pool");
    CHECK(error_of([] {
              optimized::max_pool_backward(Tensor({.h = 3, .w = 2}), Tensor({.h = 4, .w = 4}), {});
          }) == "pooling: the output or its gradient is 1x3x2x1; a map of 1x4x4x1 pools to 1x2x2x1");
}

TEST_SUITE_END();
