// The parts of 1998: optimized is naive, and wrong use is refused.
#include <cmath>

#include "common/graph/run.hpp"
#include "common/machine/simd.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("06 lenet");

TEST_CASE("s-10: the partly connected layer is naive to the last bit") {
    const Connections& table = c3_table();
    const Tensor x = small_integers({.n = 3, .h = 9, .w = 7, .c = 6}), w = small_integers({5, 5, 1, 60}, 2);
    const Tensor b = small_integers({.c = 16}, 3);
    const Tensor y = naive::partial_conv2d(x, w, b, table);
    CHECK(optimized::partial_conv2d(x, w, b, table) == y);
    const Tensor dy = small_integers(y.shape(), 4);
    CHECK(optimized::partial_conv2d_backward_input(dy, w, x.shape(), table) ==
          naive::partial_conv2d_backward_input(dy, w, x.shape(), table));
    CHECK(optimized::partial_conv2d_backward_filters(dy, x, w.shape(), table) ==
          naive::partial_conv2d_backward_filters(dy, x, w.shape(), table));
}

TEST_CASE("s-04: optimized subsampling is naive to the last bit") {
    for (const int channels : {1, 3, simd::lanes, simd::lanes + 1}) {
        const Tensor x = small_integers({.n = 3, .h = 4, .w = 6, .c = channels});
        const Tensor w = small_integers({.c = channels}, 2), b = small_integers({.c = channels}, 3);
        const Tensor y = naive::subsample(x, w, b);
        CHECK(optimized::subsample(x, w, b) == y);
        CHECK(optimized::subsample_backward_input(y, w, x.shape()) ==
              naive::subsample_backward_input(y, w, x.shape()));
        CHECK(optimized::subsample_backward_weights(y, x) == naive::subsample_backward_weights(y, x));
    }
}

TEST_CASE("s-04: the squashing function and its gradient agree within a few roundings") {
    const double bound = 1e-6;
    const Tensor a = normal_numbers({.n = 2, .h = 5, .w = 7, .c = 3});
    const Tensor f = naive::squash(a);
    CHECK(largest_difference(optimized::squash(a), f) <= bound);
    CHECK(largest_difference(optimized::squash_backward(a, f), naive::squash_backward(a, f)) <= bound);
}

TEST_CASE("s-04: the loss of 1998 of a million images is summed exactly enough") {
    // Every image's loss is the same number, so the mean is that number.
    const int images = 1 << 20;
    Tensor one({.c = 3}), many({.n = images, .c = 3});
    for (int k = 0; k < 3; ++k) one(0, 0, 0, k) = real(0.1) * real(k + 1);
    for (int n = 0; n < images; ++n) copy(one, many.view().images(n, 1));
    const double single = double(naive::map_loss(one, Tensor(Shape{})));
    const double mean = double(naive::map_loss(many, Tensor({.n = images})));
    CHECK(std::abs(mean - single) <= 2e-7);
}

TEST_CASE("s-04: wrong use of the parts of 1998 is refused in one line that names the remedy") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 2, .c = 3}), z = graph.input({.c = 10}, "z");
    const Node labels = graph.input({}, "labels");
    CHECK(error_of([&] { map_loss(x, labels, "map"); }) ==
          "map: map_loss: the labels are 1x1x1x1, the penalties 1x2x2x3; one label for each image is needed");
    CHECK(error_of([&] { subsample(graph.input({.h = 4, .w = 5, .c = 1}, "odd"), "s2"); }) ==
          "s2: subsample: the map is 4x5; both sides must be even, or pixels would be left over");
    CHECK(error_of([&] {
              partial_conv(graph.input({.h = 5, .w = 5, .c = 2}, "two"), 5, {{0, 2}}, "c3");
          }) == "c3: partial_conv2d: the table names map 2, but the input has 2, counted from 0");
    CHECK(error_of([&] { rbf(z, garment_codes(), "output"); }) ==
          "output: rbf: the input is 1x1x10; the codes have 84 numbers each");

    const Tensor map({.h = 4, .w = 4, .c = 3}), half({.h = 2, .w = 2, .c = 3}), three({.c = 3}),
        two({.c = 2});
    const std::string short_weights = "subsample: the coefficients are 1x1x1x2; 3 maps need 1x1x1x3";
    const std::string gradient = "subsample: the gradient is 1x4x4x3; the output it belongs to is 1x2x2x3";
    for (const auto subsample : {naive::subsample, optimized::subsample}) {
        CHECK(error_of([&] { subsample(map, two, three); }) == short_weights);
        CHECK(error_of([&] { subsample(map, three, two); }) ==
              "subsample: the bias is 1x1x1x2; 3 filters need 1x1x1x3, or none");
    }
    for (const auto backward : {naive::subsample_backward_input, optimized::subsample_backward_input}) {
        CHECK(error_of([&] { backward(half, two, map.shape()); }) == short_weights);
        CHECK(error_of([&] { backward(map, three, map.shape()); }) == gradient);
    }
    for (const auto backward : {naive::subsample_backward_weights, optimized::subsample_backward_weights})
        CHECK(error_of([&] { backward(map, map); }) == gradient);

    const Connections table = {{0, 1}, {2}};
    const Tensor kernels({2, 2, 1, 3}), few({2, 2, 1, 2}), y({.h = 3, .w = 3, .c = 2});
    const std::string too_few =
        "partial_conv2d: the kernels are 2x2x1x2; the table has 3 connections, and each needs one kernel";
    for (const auto partial : {naive::partial_conv2d, optimized::partial_conv2d}) {
        CHECK(error_of([&] { partial(map, few, two, table); }) == too_few);
        CHECK(error_of([&] { partial(map, kernels, three, table); }) ==
              "partial_conv2d: the bias is 1x1x1x3; 2 filters need 1x1x1x2, or none");
        CHECK(error_of([&] {
                  partial(map, kernels, two, {{0, 3}, {2}});
              }) == "partial_conv2d: the table names map 3, but the input has 3, counted from 0");
    }
    const std::string wrong = "partial_conv2d: the gradient is 1x4x4x3; the output it belongs to is 1x3x3x2";
    for (const auto backward :
         {naive::partial_conv2d_backward_input, optimized::partial_conv2d_backward_input})
        CHECK(error_of([&] { backward(map, kernels, map.shape(), table); }) == wrong);
    for (const auto backward :
         {naive::partial_conv2d_backward_filters, optimized::partial_conv2d_backward_filters}) {
        CHECK(error_of([&] { backward(map, map, kernels.shape(), table); }) == wrong);
        CHECK(error_of([&] { backward(y, map, few.shape(), table); }) == too_few);
    }

    const Tensor codes({1, 1, 4, 3});
    CHECK(error_of([&] { naive::rbf(three, codes); }) ==
          "rbf: the input is 1x1x3; the codes have 4 numbers each");
    CHECK(error_of([&] { naive::rbf_backward(two, Tensor({.c = 4}), codes); }) ==
          "rbf: the gradient is 1x1x1x2; the output it belongs to is 1x1x1x3");
    for (const auto backward : {naive::squash_backward, optimized::squash_backward})
        CHECK(error_of([&] { backward(two, three); }) ==
              "squash: the gradient is 1x1x1x2; the output it belongs to is 1x1x1x3");
}

TEST_SUITE_END();
