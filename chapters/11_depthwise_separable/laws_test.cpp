// What the slide does not state but the layer obeys: optimized and every rung of the ladder are naive,
// depthwise is grouped, the pair is a convolution.
#include "common/graph/describe.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "depthwise_testing.hpp"

using namespace cnn;
using namespace cnn::depthwise_testing;
using simd::lanes;

TEST_SUITE_BEGIN("11 depthwise separable");

TEST_CASE("s-15: every step from naive to optimized gives the same bits on awkward shapes") {
    for (const Depthwise& layer : awkward_layers())
        on_awkward_shapes([&](const View& x, const View& w, const View& b) { same_steps(x, w, b, layer); });
}

TEST_CASE("s-15: every step from naive to optimized gives the same bits on 500 random layers") {
    const std::uint64_t seed = fuzz_seed("depthwise pair", 1511);
    CAPTURE(seed);
    Random random(seed);
    for (int layer = 0; layer < 500; ++layer) {
        CAPTURE(layer);
        const RandomLayer drawn(random);
        same_steps(drawn.x(), drawn.w, drawn.b(), drawn.layer);
    }
}

TEST_CASE("s-15: optimized gives the same bits on one thread and three") {
    const Tensor x = normal_numbers({2, 9, 17, 3 * lanes + 5}),
                 w = normal_numbers({3, 3, 1, 3 * lanes + 5}, 2);
    const ThreadCount restored;
    for (const int stride : {1, 2}) {
        set_threads(1);
        const Tensor y = optimized::depthwise_conv2d(x, w, {}, {.stride = stride, .padding = 1});
        set_threads(3);
        CHECK(optimized::depthwise_conv2d(x, w, {}, {.stride = stride, .padding = 1}) == y);
    }
}

// [grouped]
TEST_CASE("s-15: a depthwise convolution is a convolution with as many groups as channels") {
    for (const int multiplier : {1, 2}) {
        const Tensor x = small_integers({2, 6, 7, 5}), w = small_integers({3, 3, 1, 5 * multiplier}, 2);
        CHECK(optimized::depthwise_conv2d(x, w, {}, {.stride = 2, .padding = 1}) ==
              naive::conv2d(x, w, {}, {.stride = 2, .padding = 1, .groups = 5}));
    }
}
// [grouped]

// [separable]
TEST_CASE("s-15: the pair is the regular convolution whose filters are products of a window and a mixture") {
    const int c = 5, filters = 7;
    const Tensor x = small_integers({2, 6, 7, c}), window = small_integers({3, 3, 1, c}, 2),
                 mixture = small_integers({1, 1, c, filters}, 3), bias = small_integers({.c = filters}, 4);
    Tensor product({3, 3, c, filters});
    for (int m = 0; m < 3; ++m)
        for (int l = 0; l < 3; ++l)
            for (int k = 0; k < c; ++k)
                for (int f = 0; f < filters; ++f)
                    product(m, l, k, f) = window(m, l, 0, k) * mixture(0, 0, k, f);

    for (const int stride : {1, 2}) {
        const Tensor regular =
            naive::conv2d(x, product, bias, {.stride = stride, .padding = 1, .activation = Activation::relu});
        const SeparableWeights w{window, {}, mixture, bias};
        const Separable layer{{.stride = stride, .padding = 1}, true};
        CHECK(naive::separable_conv2d(x, w, layer) == regular);
        CHECK(optimized::separable_conv2d(x, w, layer) == regular);
    }
}
// [separable]

TEST_CASE("s-15: the separable layer of a network is two nodes with the weights of both") {
    Graph net;
    const Node y = separable_conv(net.input({.h = 8, .w = 8, .c = 6}), 10,
                                  {.stride = 2, .padding = 1, .bias = false}, "block");
    CHECK(y.shape() == Shape{.h = 4, .w = 4, .c = 10});
    CHECK(y.name() == "block.pointwise");
    const Description all = describe(net);
    const LayerCost cost = separable_cost(6, 3, y.shape());
    CHECK(all.multiply_adds == cost.multiply_adds);
    CHECK(all.parameters == cost.weights);
}

TEST_CASE("s-15: a wrong depthwise layer is refused in one line that names the remedy") {
    const auto shape = [](const Shape& x, const Shape& w, const Depthwise& layer = {}) {
        return error_of([&] { depthwise_shape(x, w, layer); });
    };
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {3, 3, 4, 4}) ==
          "depthwise_conv2d: a filter of 3x3x4x4 sees 4 channels; a depthwise filter sees 1 (regular filters "
          "are for "
          "conv2d)");
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {3, 3, 1, 6}) ==
          "depthwise_conv2d: there are 6 filters for 4 channels; there must be one for each, or a multiple");
    CHECK(shape({.h = 5, .w = 2, .c = 4}, {3, 3, 1, 4}) ==
          "depthwise_conv2d: the window reaches over 3, more than the padded input of 2; pad more or take a "
          "smaller kernel");
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {3, 3, 1, 4}, {.stride = {0, 1}}) ==
          "depthwise_conv2d: the stride is 0x1; it must be at least 1");
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {3, 3, 1, 4}, {.dilation = 0}) ==
          "depthwise_conv2d: the dilation is 0x0; it must be at least 1");
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {0, 3, 1, 4}) ==
          "depthwise_conv2d: the kernel is 0x3; it must be at least 1x1");

    const Tensor x({.h = 5, .w = 5, .c = 4}), w({3, 3, 1, 4}), b({.c = 3});
    std::vector<Tensor (*)(View, View, View, const Depthwise&)> all{engine::depthwise_conv2d};
    for (const auto& rung : depthwise_ladder()) all.push_back(rung.call);
    for (const auto conv : all)
        CHECK(error_of([&] { conv(x, w, b, {}); }) ==
              "depthwise_conv2d: the bias is 1x1x1x3; 4 filters need 1x1x1x4, or none");
    for (const auto backward :
         {naive::depthwise_conv2d_backward_input, engine::depthwise_conv2d_backward_input})
        CHECK(error_of([&] { backward(x, w, x.shape(), {}); }) ==
              "depthwise_conv2d: the gradient is 1x5x5x4; the output it belongs to is 1x3x3x4");

    Graph net;
    const Node input = net.input({.h = 5, .w = 5, .c = 4});
    CHECK(error_of([&] { depthwise_conv(input, {.multiplier = 0}, "dw"); }) ==
          "dw: depthwise_conv2d: the multiplier is 0; it must be at least 1");
}

TEST_SUITE_END();
