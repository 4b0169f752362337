// The exercises at the end of the chapter, solved.
#include <cmath>

#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "common/training/optimizer.hpp"
#include "convolution.hpp"
#include "lenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("06 lenet");

TEST_CASE("exercise 06.1: a third layer that connects every map with every other has 2416 parameters") {
    Graph graph;
    const Node s2 = graph.input({.h = 14, .w = 14, .c = 6});
    partial_conv(s2, 5, Connections(16, {0, 1, 2, 3, 4, 5}), "c3");
    CHECK(describe(graph).parameters == 2416);
    CHECK(describe(graph).parameters == (25 * 6 + 1) * 16);  // today's conv2

    // And it computes what the ordinary convolution does.
    const Tensor x = small_integers({.h = 6, .w = 7, .c = 2}), w = small_integers({3, 3, 1, 6}, 2);
    const Tensor b = small_integers({.c = 3}, 3);
    Tensor ordinary({3, 3, 2, 3});
    for (int k = 0; k < 6; ++k)
        for (int tap = 0; tap < 9; ++tap)
            ordinary(tap / 3, tap % 3, k % 2, k / 2) = w(tap / 3, tap % 3, 0, k);
    CHECK(naive::partial_conv2d(x, w, b, Connections(3, {0, 1})) == naive::conv2d(x, ordinary, b, {}));
}

TEST_CASE("exercise 06.2: softmax ignores a constant and the gradient of the fused loss sums to zero") {
    const Tensor z = normal_numbers({.n = 4, .c = 10}), labels({.n = 4});
    Tensor shifted = z;
    for (real& logit : shifted.flat()) logit += 3;
    CHECK(largest_difference(optimized::softmax(z), optimized::softmax(shifted)) < 1e-6);
    const Tensor dz = optimized::softmax_cross_entropy_backward(z, labels);
    for (int n = 0; n < 4; ++n) {
        double sum = 0;
        for (int k = 0; k < 10; ++k) sum += double(dz(n, 0, 0, k));
        CHECK(std::abs(sum) < 1e-7);
    }
}

TEST_CASE("exercise 06.3: a rate of one half solves (w - 3)^2 in one step and momentum then overshoots") {
    for (const double momentum : {0.0, 0.9}) {
        Weights weights, gradients;
        weights.set("w", Tensor(Shape{}));
        gradients.set("w", Tensor(Shape{}));
        real& w = weights["w"](0, 0, 0, 0);
        Sgd sgd{.rate = 0.5, .momentum = momentum, .velocity = {}};
        const auto step = [&] {
            gradients["w"](0, 0, 0, 0) = 2 * (w - 3);
            sgd.step(weights, gradients);
        };
        step();
        CHECK(w == 3);
        step();  // the gradient is zero, but the velocity is not
        CHECK(double(w) == doctest::Approx(3 + momentum * 3));
    }
}

TEST_SUITE_END();
