// Built with double: concatenation and the whole module against finite differences.
#include "common/testing/testing.hpp"
#include "concatenation.hpp"

using namespace cnn;

TEST_CASE("s-19: the gradient of a concatenation agrees with finite differences") {
    Graph net;
    const Node a = net.input({.h = 2, .w = 3, .c = 4}, "a"), b = net.input({.h = 2, .w = 3, .c = 1}, "b");
    const Node y = concatenate({a, b});
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        CHECK(gradient_error(*net.entry(y).operation,
                             {normal_numbers({2, 2, 3, 4}), normal_numbers({2, 2, 3, 1}, 2)}, {},
                             {kernels}) < 1e-6);
}
