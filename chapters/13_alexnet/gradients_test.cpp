// Built with double: local response normalisation and dropout against finite differences.
#include "common/testing/testing.hpp"
#include "dropout.hpp"
#include "local_response.hpp"

using namespace cnn;

TEST_CASE("s-17: the gradient of local response normalisation agrees with finite differences") {
    for (const LocalResponse& options :
         {LocalResponse{.alpha = 0.3}, {.n = 3, .k = 1, .alpha = 0.5, .beta = 0.6}})
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph net;
            const Node y = local_response(net.input({.h = 2, .w = 3, .c = 7}), options);
            CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 2, 3, 7})}, {}, {kernels}) <
                  1e-6);
        }
}

TEST_CASE("s-18: the gradient of dropout agrees with finite differences") {
    Graph graph;
    const Node y = dropout(graph.input({.h = 3, .w = 2, .c = 3}), 0.4);
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        CHECK(gradient_error(*graph.entry(y).operation, {normal_numbers({2, 3, 2, 3})}, {},
                             {kernels, true, 3}) < 1e-7);
}
