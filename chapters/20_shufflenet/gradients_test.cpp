// Built with double: shuffle, interleaving and slice against finite differences.
#include "common/testing/testing.hpp"
#include "shuffle.hpp"

using namespace cnn;

TEST_CASE("s-21: the gradients of shuffle and interleaving and slice agree with finite differences") {
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
        Graph net;
        const Node a = net.input({.h = 3, .w = 4, .c = 6}, "a"), b = net.input({.h = 3, .w = 4, .c = 6}, "b");
        const Tensor x = normal_numbers({2, 3, 4, 6}), other = normal_numbers({2, 3, 4, 6}, 2);
        for (const int groups : {2, 3})
            CHECK(gradient_error(*net.entry(channel_shuffle(a, groups)).operation, {x}, {}, {kernels}) <
                  1e-6);
        CHECK(gradient_error(*net.entry(interleave({a, b})).operation, {x, other}, {}, {kernels}) < 1e-6);
        CHECK(gradient_error(*net.entry(channel_slice(a, 1, 3)).operation, {x}, {}, {kernels}) < 1e-6);
    }
}
