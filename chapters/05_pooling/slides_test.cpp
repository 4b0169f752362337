// s-09: the largest and the average number of each window.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "pooling.hpp"

using namespace cnn;

namespace {

// The slide names the two and prints no numbers; this is the grid of s-16.
const Tensor grid = slide(R"( 3 5 2 7
                              4 1 3 8
                              6 3 8 2
                              9 6 1 5 )");

}  // namespace

TEST_SUITE_BEGIN("s-09 pooling");

// [max]
TEST_CASE_TEMPLATE("s-09: max pooling 2x2 with stride 2 keeps the largest of each four", Implementation,
                   Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    CHECK(max_pool(grid, {.kernel = 2, .stride = 2}) == slide(R"( 5 8
                                                                  9 8 )"));
}
// [max]

// [average]
TEST_CASE_TEMPLATE("s-09: average pooling 2x2 with stride 2 keeps the mean of each four", Implementation,
                   Naive, Optimized) {
    const auto average_pool = pick<Implementation>(naive::average_pool, optimized::average_pool);
    CHECK(average_pool(grid, {.kernel = 2, .stride = 2}) == slide(R"( 3.25 5
                                                                      6    4 )"));
}
// [average]

TEST_CASE_TEMPLATE("s-09: overlapping windows 3x3 with stride 1", Implementation, Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    const auto average_pool = pick<Implementation>(naive::average_pool, optimized::average_pool);
    CHECK(max_pool(grid, {.kernel = 3, .stride = 1}) == slide(R"( 8 8
                                                                  9 8 )"));
    const Tensor nine_times_grid = slide(R"( 27 45 18 63
                                             36  9 27 72
                                             54 27 72 18
                                             81 54  9 45 )");
    CHECK(average_pool(nine_times_grid, {.kernel = 3, .stride = 1}) == slide(R"( 35 39
                                                                                 41 37 )"));
}

TEST_CASE_TEMPLATE("s-09: global average pooling leaves one number a channel", Implementation, Naive,
                   Optimized) {
    const auto average_pool = pick<Implementation>(naive::average_pool, optimized::average_pool);
    CHECK(average_pool(grid, whole_map(grid.shape())) == slide("4.5625"));  // 73 / 16
}

TEST_CASE("s-09: pooling 2x2 with stride 2 leaves a quarter of the numbers and of the next layer's work") {
    const Shape x{.h = 224, .w = 224, .c = 64};
    const Shape y = pooled_shape(x, {.kernel = 2, .stride = 2});
    CHECK(y == Shape{.h = 112, .w = 112, .c = 64});
    CHECK(4 * y.size() == x.size());

    Graph graph;
    const Node maps = graph.input(x);
    const auto work = [&](Node on) {
        const Node next = conv(on, {.filters = 128, .kernel = 3, .padding = 1});
        return graph.entry(next).operation->multiply_adds({on.shape()});
    };
    CHECK(work(maps) == 4 * work(max_pool(maps, {.kernel = 2, .stride = 2})));
}

// [shift]
TEST_CASE_TEMPLATE("s-09: pooling's spatial invariance is only approximate (E6)", Implementation, Naive,
                   Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    const Pooling two{.kernel = {1, 2}, .stride = {1, 2}};
    CHECK(max_pool(slide("0 0 1 1 0 0 1 1"), two) == slide("0 1 0 1"));
    CHECK(max_pool(slide("0 1 1 0 0 1 1 0"), two) == slide("1 1 1 1"));  // the same row, shifted by one
    CHECK(max_pool(slide("1 1 0 0 1 1 0 0"), two) == slide("1 0 1 0"));  // by two: the stride, so it follows
}
// [shift]

// [ceil]
TEST_CASE_TEMPLATE("s-09: in ceil mode a last window may hang over and the overhang counts for nothing",
                   Implementation, Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    const auto average_pool = pick<Implementation>(naive::average_pool, optimized::average_pool);
    const Tensor row = slide("1 2 3 4 5");
    const Extent two{1, 2};
    CHECK(average_pool(row, {.kernel = two, .stride = two}) == slide("1.5 3.5"));
    CHECK(average_pool(row, {.kernel = two, .stride = two, .ceil = true}) == slide("1.5 3.5 5"));
    CHECK(max_pool(row, {.kernel = two, .stride = two, .ceil = true}) == slide("2 4 5"));
    CHECK(max_pool(slide("-1 -2 -3 -4 -5"), {.kernel = two, .stride = two, .ceil = true}) ==
          slide("-1 -3 -5"));
}
// [ceil]

TEST_CASE_TEMPLATE("s-09: padding counts in an average or does not and an overhang never does",
                   Implementation, Naive, Optimized) {
    const auto average_pool = pick<Implementation>(naive::average_pool, optimized::average_pool);
    Pooling three{.kernel = {1, 3}, .stride = {1, 3}, .padding = {0, 0, 1, 1}, .ceil = true};
    // Windows: (pad 6 6) (6 6 6) (6 pad overhang).
    CHECK(average_pool(slide("6 6 6 6 6 6"), three) == slide("4 6 3"));
    three.count_padding = false;
    CHECK(average_pool(slide("6 6 6 6 6 6"), three) == slide("6 6 6"));
}

TEST_CASE_TEMPLATE("s-09: padding is no zero and never the maximum", Implementation, Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    CHECK(max_pool(slide("-3 -2 -1"), {.kernel = {1, 3}, .stride = 2, .padding = {0, 0, 1, 1}}) ==
          slide("-2 -1"));
    CHECK(max_pool(slide("-3 -2 -1"), {.kernel = {1, 3}, .stride = 2, .padding = {0, 0, 2, 0}}) ==
          slide("-3 -1"));
}

TEST_CASE("s-09: a last window in ceil mode must start on the map or in the padding before it") {
    CHECK(pooled_extent(5, 0, 0, 2, 2, true) == 3);
    CHECK(pooled_extent(4, 0, 0, 1, 3, true) == 2);
    CHECK(pooled_extent(5, 0, 0, 1, 3, true) == 2);  // ceil(4 / 3) + 1 is 3, but the third would start at 6
    CHECK(pooled_extent(4, 1, 1, 2, 2, true) == 3);
    CHECK(pooled_extent(5, 1, 1, 2, 3, true) ==
          2);  // the third would start at 5: padding after, nothing else
    CHECK(pooled_extent(112, 0, 0, 3, 2, true) == 56);  // GoogLeNet's and SqueezeNet's first
    CHECK(pooled_extent(112, 0, 0, 3, 2, false) == 55);
    CHECK(pooled_extent(2, 0, 0, 3, 2, true) == 1);  // even a kernel larger than the map
    CHECK(pooled_extent(2, 0, 0, 3, 2, false) == 0);
}

// [gradient]
TEST_CASE_TEMPLATE("s-09: the gradient of a maximum goes to the first of several", Implementation, Naive,
                   Optimized) {
    const auto max_pool_backward =
        pick<Implementation>(naive::max_pool_backward, optimized::max_pool_backward);
    CHECK(max_pool_backward(slide("1 2"), slide(R"( 3 7   5 5
                                                    7 7   5 5 )"),
                            {.kernel = 2, .stride = 2}) == slide(R"( 0 1   2 0
                                                                     0 0   0 0 )"));
    // Windows that overlap may choose the same number: it receives the sum.
    CHECK(max_pool_backward(slide("1 2 4"), slide("1 9 3 4 4"), {.kernel = {1, 3}, .stride = 1}) ==
          slide("0 3 0 4 0"));
}
// [gradient]

TEST_CASE_TEMPLATE("s-09: the gradient of an average is shared out equally", Implementation, Naive,
                   Optimized) {
    const auto average_pool_backward =
        pick<Implementation>(naive::average_pool_backward, optimized::average_pool_backward);
    CHECK(average_pool_backward(slide("4 8"), {.h = 2, .w = 4}, {.kernel = 2, .stride = 2}) ==
          slide(R"( 1 1 2 2
                                                                                                        1 1 2 2 )"));
    CHECK(average_pool_backward(slide("2 4"), {.w = 3}, {.kernel = {1, 2}, .stride = 2, .ceil = true}) ==
          slide("1 1 4"));
}

TEST_SUITE_END();
