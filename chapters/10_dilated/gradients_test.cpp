// Built with double: the gradients of a dilated layer against finite differences.
#include "common/testing/testing.hpp"
#include "dilated.hpp"

using namespace cnn;

TEST_CASE("s-14: the gradients of dilated convolution agree with finite differences") {
    const DilatedOptions layers[] = {
        {.filters = 4, .kernel = {3, 2}, .dilation = {2, 3}, .padding = {1, 2, 0, 3}, .groups = 2},
        {.filters = 2, .kernel = 3, .dilation = 2, .stride = 2, .padding = 2},
        {.filters = 2, .kernel = 3, .dilation = 2, .padding = 2, .mode = PaddingMode::circular},
        {.filters = 3, .kernel = 2, .dilation = {3, 1}, .stride = {2, 3}, .bias = false}};
    for (const DilatedOptions& options : layers)
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph net;
            const Node y = dilated_conv(net.input({.h = 6, .w = 7, .c = 2}), options);
            std::vector<Tensor> parameters;
            for (const Parameter& p : net.parameters()) parameters.push_back(normal_numbers(p.shape, 5));
            CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 6, 7, 2})}, parameters,
                                 {.kernels = kernels}) < 1e-7);
        }
}
