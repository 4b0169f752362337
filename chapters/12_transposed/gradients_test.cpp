// Built with double: transposed convolution's gradients against finite differences.
#include "common/testing/testing.hpp"
#include "transposed.hpp"

using namespace cnn;

TEST_CASE("s-16: the gradients of transposed convolution agree with finite differences") {
    for (const TransposedOptions& options :
         {TransposedOptions{.filters = 3, .kernel = 2, .stride = 2},
          {.filters = 2,
          .kernel = {3, 4},
          .stride = {2, 3},
          .padding = {1, 0, 1, 2},
          .output_padding = {1, 2}},
          {.filters = 4, .kernel = 3, .stride = 2, .padding = 1, .dilation = 2, .groups = 2, .bias = false}})
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph graph;
            const Node y = conv_transposed(graph.input({.h = 3, .w = 2, .c = 4}), options);
            std::vector<Tensor> parameters;
            for (const Parameter& p : graph.parameters()) parameters.push_back(normal_numbers(p.shape, 3));
            CHECK(gradient_error(*graph.entry(y).operation, {normal_numbers({2, 3, 2, 4})}, parameters,
                                 {kernels}) < 1e-6);
        }
}
