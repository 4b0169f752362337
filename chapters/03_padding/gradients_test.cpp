// Built with double: padding's gradient against finite differences.
#include "common/testing/testing.hpp"
#include "padding.hpp"

using namespace cnn;

TEST_CASE("s-06: the gradient of every padding mode agrees with finite differences") {
    for (const PaddingMode mode : {PaddingMode::constant, PaddingMode::replicate, PaddingMode::symmetric,
                                   PaddingMode::reflect, PaddingMode::circular})
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph graph;
            const Node y = pad(graph.input({.h = 3, .w = 4, .c = 2}), {.sides = {1, 2, 3, -1}, .mode = mode});
            CAPTURE(name(mode));
            CHECK(gradient_error(*graph.entry(y).operation, {normal_numbers({2, 3, 4, 2})}, {}, {kernels}) <
                  1e-8);
        }
}
