// s-15, s-21: two layers, or bands of rows through both.
#include "pair.hpp"

#include "common/testing/testing.hpp"
#include "engine/depthwise_engine.hpp"
#include "engine/pointwise_engine.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("19 mobilenet");

// [pair]
TEST_CASE("s-21: a pair by bands of rows gives every bit of its two layers one after the other") {
    for (const int channels : {3, 16, 33})
        for (const Extent stride : {1, 2})
            for (const Sides padding : {Sides(0), Sides(1), Sides{0, 1, 0, 1}}) {
                const Tensor x = small_integers({2, 11, 9, channels}),
                             depthwise = small_integers({3, 3, 1, channels}, 2),
                             pointwise = small_integers({1, 1, channels, 21}, 3),
                             a = small_integers({.c = channels}, 4), b = small_integers({.c = 21}, 5);
                const SeparableWeights w{depthwise, a, pointwise, b};
                const Pair layers{{.stride = stride, .padding = padding, .activation = Activation::relu},
                                  Activation::relu6};
                CAPTURE(channels);
                CAPTURE(stride);
                CAPTURE(padding);
                const Tensor y = naive::pair(x, w, layers);
                for (const int rows : {0, 1, 2, 5, 20}) CHECK(optimized::pair(x, w, layers, rows) == y);
            }
}
// [pair]

TEST_CASE("s-21: bands round as the two layers on whole maps do") {
    const Tensor x = normal_numbers({1, 28, 28, 64}), depthwise = normal_numbers({3, 3, 1, 64}, 2),
                 pointwise = normal_numbers({1, 1, 64, 48}, 3), a = normal_numbers({.c = 64}, 4),
                 b = normal_numbers({.c = 48}, 5);
    const Pair layers;
    const Tensor between = engine::depthwise_conv2d(x, depthwise, a, layers.depthwise);
    const Tensor y =
        engine::pointwise_conv2d(between, pointwise, {.bias = b, .activation = layers.activation});
    for (const int rows : {0, 1, 3})
        CHECK(optimized::pair(x, {depthwise, a, pointwise, b}, layers, rows) == y);
}

TEST_CASE("s-21: a pair whose padding bands cannot make is refused") {
    const Tensor x({.h = 4, .w = 4, .c = 2}), depthwise({3, 3, 1, 2}), pointwise({1, 1, 2, 2});
    const SeparableWeights w{depthwise, {}, pointwise, {}};
    const std::string remedy = "pair: the padding must be zeros and narrower than the window of 3 rows";
    CHECK(error_of([&] { optimized::pair(x, w, {{.padding = 1, .mode = PaddingMode::reflect}}); }) == remedy);
    CHECK(error_of([&] { optimized::pair(x, w, {{.padding = 3}}); }) == remedy);
}

TEST_SUITE_END();
