// The exercises of chapter.md, solved.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "pooling.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("05 pooling exercises");

TEST_CASE_TEMPLATE(
    "exercise 05.1: without ceil mode the fifth of five numbers is never seen and never learns",
    Implementation, Naive, Optimized) {
    const auto max_pool = pick<Implementation>(naive::max_pool, optimized::max_pool);
    const auto backward = pick<Implementation>(naive::max_pool_backward, optimized::max_pool_backward);
    Pooling two{.kernel = {1, 2}, .stride = {1, 2}};
    CHECK(max_pool(slide("1 2 3 4 5"), two) == max_pool(slide("1 2 3 4 999"), two));
    CHECK(backward(slide("7 7"), slide("1 2 3 4 5"), two) == slide("0 7 0 7 0"));
    two.ceil = true;
    CHECK(backward(slide("7 7 7"), slide("1 2 3 4 5"), two) == slide("0 7 0 7 7"));
}

TEST_CASE("exercise 05.2: ReLU and max pooling may change places and average pooling may not") {
    const auto rectified = [](Tensor x) {
        for (real& value : x.flat()) value = std::max(value, real{0});
        return x;
    };
    const Tensor x = small_integers({.h = 6, .w = 6, .c = 3});
    const Pooling two{.kernel = 2, .stride = 2};
    CHECK(optimized::max_pool(rectified(x), two) == rectified(optimized::max_pool(x, two)));
    CHECK(!(optimized::average_pool(rectified(x), two) == rectified(optimized::average_pool(x, two))));
}

TEST_CASE("exercise 05.3: average pooling is a convolution of each channel with a constant kernel") {
    const Tensor x = small_integers({.n = 2, .h = 6, .w = 8, .c = 3});
    Tensor quarter({2, 2, 1, 3});
    fill(quarter, real(0.25));
    CHECK(optimized::average_pool(x, {.kernel = 2, .stride = 2}) ==
          naive::conv2d(x, quarter, {}, {.stride = 2, .groups = 3}));
}

TEST_SUITE_END();
