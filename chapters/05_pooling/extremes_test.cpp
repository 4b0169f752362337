// What is empty, huge, of either zero, or averaged to a size that does not divide the map.
#include <cmath>
#include <limits>

#include "common/machine/simd.hpp"
#include "common/testing/testing.hpp"
#include "pooling.hpp"

using namespace cnn;
using simd::lanes;

TEST_SUITE_BEGIN("05 pooling extremes");

TEST_CASE_TEMPLATE("s-09: no images and no channels are pooled to none", Implementation, Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    const auto average_pool = pick<Implementation>(naive::average_pool, optimized::average_pool);
    const auto adaptive =
        pick<Implementation>(naive::adaptive_average_pool, optimized::adaptive_average_pool);
    const auto max_back = pick<Implementation>(naive::max_pool_backward, optimized::max_pool_backward);
    const auto average_back =
        pick<Implementation>(naive::average_pool_backward, optimized::average_pool_backward);
    const auto adaptive_back = pick<Implementation>(naive::adaptive_average_pool_backward,
                                                    optimized::adaptive_average_pool_backward);
    for (const Shape& shape : {Shape{0, 4, 6, 3}, Shape{2, 4, 6, 0}, Shape{0, 4, 40, lanes}})
        for (const Pooling& p : {Pooling{}, Pooling{.kernel = 3, .stride = 1, .padding = 1}}) {
            const Tensor x(shape), dy(pooled_shape(shape, p)), small(adaptive_shape(shape, 3));
            CHECK(max_pool(x, p).shape() == dy.shape());
            CHECK(average_pool(x, p).shape() == dy.shape());
            CHECK(adaptive(x, 3).shape() == small.shape());
            CHECK(max_back(dy, x, p).shape() == shape);
            CHECK(average_back(dy, shape, p).shape() == shape);
            CHECK(adaptive_back(small, shape).shape() == shape);
        }
}

TEST_CASE("s-09: the average of 25 million ones is 1") {
    for (const Shape& shape : {Shape{.h = 5000, .w = 5000}, Shape{.h = 25'000'000}, Shape{.w = 25'000'000}}) {
        Tensor x(shape);
        fill(x, 1);
        CHECK(naive::average_pool(x, whole_map(shape))(0, 0, 0, 0) == 1);
        CHECK(optimized::average_pool(x, whole_map(shape))(0, 0, 0, 0) == 1);
        CHECK(optimized::adaptive_average_pool(x, 1)(0, 0, 0, 0) == 1);
    }
    const Tensor x = small_integers({.h = 150, .w = 170, .c = lanes + 3});
    CHECK(optimized::average_pool(x, whole_map(x.shape())) == naive::average_pool(x, whole_map(x.shape())));
}

TEST_CASE("s-09: one pixel alone takes a maximum's gradient where a float cannot count the pixels") {
    Tensor x({.h = 4097, .w = 4097}), dy(Shape{});
    fill(dy, 1);
    // 2^24 and 2^24 + 1 are one float.
    const int row = (1 << 24) / 4097, column = (1 << 24) % 4097;
    x(0, row, column + 1, 0) = 1;
    for (const int stride : {1, 4097}) {
        const Tensor dx = optimized::max_pool_backward(dy, x, {.kernel = 4097, .stride = stride});
        CHECK(dx(0, row, column + 1, 0) == 1);
        CHECK(dot(dx, dx) == 1);
        const auto places = optimized::max_pool_places(x, {.kernel = 4097, .stride = stride});
        CHECK(places == std::vector<std::int64_t>{(1 << 24) + 1});
    }
}

TEST_CASE_TEMPLATE("s-09: a maximum of zeros of either sign is +0", Implementation, Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    for (const int c : {1, lanes, lanes + 1})
        for (int negative = 0; negative < 16; ++negative) {
            Tensor x({.h = 2, .w = 2, .c = c});
            for (int k = 0; k < 4; ++k)
                if ((negative >> k & 1) != 0) x(0, k / 2, k % 2, c - 1) = -real{0};
            const real largest = max_pool(x, {})(0, 0, 0, c - 1);
            CHECK(largest == 0);
            CHECK(!std::signbit(largest));
        }
}

TEST_CASE("s-09: huge strides and kernels and paddings are right or one Error") {
    const int huge = std::numeric_limits<int>::max();
    const Tensor x = small_integers({.h = 5, .w = 6, .c = lanes + 3});
    for (const int stride : {1000, 1 << 27, huge})
        for (const bool ceil : {false, true}) {
            const Pooling p{.kernel = 3, .stride = stride, .padding = 1, .ceil = ceil};
            const Tensor dy = small_integers(pooled_shape(x.shape(), p), 2);
            CHECK(optimized::max_pool(x, p) == naive::max_pool(x, p));
            CHECK(optimized::average_pool(x, p) == naive::average_pool(x, p));
            CHECK(optimized::max_pool_backward(dy, x, p) == naive::max_pool_backward(dy, x, p));
        }
    CHECK(error_of([&] { pooled_shape(x.shape(), {.kernel = huge, .padding = huge - 1}); }) ==
          "pooling: the padding is top 2147483646 bottom 2147483646 left 2147483646 right 2147483646; a "
          "padded map must stay below 2^30 on each side");
}

TEST_CASE("s-09: adaptive pooling of 5 to 3 averages windows that share borders") {
    Tensor x({.w = 5});
    for (int j = 0; j < 5; ++j) x(0, 0, j, 0) = real(1 << j);  // 1 2 4 8 16
    for (const auto pool : {naive::adaptive_average_pool, optimized::adaptive_average_pool}) {
        const Tensor y = pool(x, {1, 3});
        CHECK(y(0, 0, 0, 0) == real(1 + 2) / 2);
        CHECK(y(0, 0, 1, 0) == real(2 + 4 + 8) / 3);
        CHECK(y(0, 0, 2, 0) == real(8 + 16) / 2);
    }
}

TEST_CASE("s-09: optimized adaptive pooling is naive to the last bit") {
    for (const int c : {1, 3, lanes, 2 * lanes + 1})
        for (const Extent map : {Extent(1), Extent(7), Extent(13, 9), Extent(30, 50)})
            for (const Extent size : {Extent(1), Extent(3, 2), Extent(6), Extent(7, 20)}) {
                const Tensor wide = small_integers({2, map.h, map.w, c + 2});
                const View x = wide.view().channels(1, c);
                const Tensor y = naive::adaptive_average_pool(x, size), dy = small_integers(y.shape(), 2);
                CHECK(optimized::adaptive_average_pool(x, size) == y);
                CHECK(optimized::adaptive_average_pool_backward(dy, x.shape) ==
                      naive::adaptive_average_pool_backward(dy, x.shape));
                if (map.h % size.h == 0 && map.w % size.w == 0) {
                    const Extent each(map.h / size.h, map.w / size.w);
                    CHECK(y == naive::average_pool(x, {.kernel = each, .stride = each}));
                }
            }
}

TEST_CASE(
    "s-09: adaptive and global maximum nodes know their kind and shape and refuse what they cannot do") {
    Graph graph;
    const Node x = graph.input({.h = 7, .w = 9, .c = 5});
    CHECK(adaptive_average_pool(x, {6, 2}).shape() == Shape{.h = 6, .w = 2, .c = 5});
    CHECK(adaptive_average_pool(x, 3).name() == "adaptive_avg_pool2d2");
    CHECK(global_max_pool(x).shape() == Shape{.c = 5});
    CHECK(global_max_pool(x).name() == "global_max_pool2");
    CHECK(error_of([&] { adaptive_average_pool(x, 0, "pool"); }) ==
          "pool: adaptive pooling: the size is 0x0; it must be at least 1");
    CHECK(error_of([] { optimized::adaptive_average_pool_backward(Tensor({.c = 2}), {.h = 3, .w = 3}); }) ==
          "adaptive pooling: the output or its gradient is 1x1x1x2; a map of 1x3x3x1 pools to 1x1x1x1");
}

// [places]
TEST_CASE("s-09: dilated windows take every second pixel and tell the places of their maxima") {
    const Tensor x = slide(R"( 1 9 2 8
                               9 9 9 9
                               4 9 3 7
                               9 9 9 9 )");
    const Pooling p{.kernel = 2, .stride = 1, .dilation = 2};
    for (const auto pool : {naive::max_pool, optimized::max_pool})
        CHECK(pool(x, p) == slide(R"( 4 9
                                      9 9 )"));
    for (const auto pool : {naive::average_pool, optimized::average_pool})
        CHECK(pool(x, p) == slide(R"( 2.5 8.25
                                      9   9 )"));
    for (const auto places : {naive::max_pool_places, optimized::max_pool_places})
        CHECK(places(x, p) == std::vector<std::int64_t>{8, 1, 4, 5});
    for (const auto backward : {naive::max_pool_backward, optimized::max_pool_backward})
        CHECK(backward(slide(R"( 1 2
                                 3 4 )"),
                       x, p) == slide(R"( 0 2 0 0
                                          3 4 0 0
                                          1 0 0 0
                                          0 0 0 0 )"));
}
// [places]

TEST_CASE("s-09: a dilation that no window can have is one Error") {
    const auto refused = [](const Pooling& p) {
        return error_of([&] { pooled_shape({.h = 5, .w = 6}, p); });
    };
    CHECK(refused({.dilation = 0}) == "pooling: the dilation is 0x0; it must be at least 1");
    CHECK(refused({.kernel = 3, .dilation = 1 << 30}) ==
          "pooling: the kernel 2147483649x2147483649 does not fit on the padded map of 5x6; take a smaller "
          "kernel, or pad");
    CHECK(refused({.kernel = 2, .padding = {5, 5, 0, 0}, .dilation = {6, 1}}) ==
          "pooling: the dilation is 6x1 and the map 5x6, so a window could step over the map from padding; "
          "dilate less, or do not pad");
    CHECK(refused({.kernel = 3, .padding = 5, .dilation = 2}) ==
          "pooling: the padding is top 5 bottom 5 left 5 right 5 and the kernel 5x5, so a window could lie "
          "wholly in padding; pad less than the kernel");
}

TEST_SUITE_END();
