// Built with double: the 1x1 convolution's gradients against finite differences.
#include "common/testing/testing.hpp"
#include "pointwise.hpp"

using namespace cnn;

TEST_CASE("s-13: the gradients of the 1x1 convolution agree with finite differences") {
    const Pointwise layers[] = {{.filters = 3},
                                {.filters = 11, .bias = false},
                                {.filters = 4, .stride = 2},
                                {.filters = 2, .stride = {1, 3}}};
    for (const Pointwise& layer : layers)
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph net;
            const Node y = pointwise_conv(net.input({.h = 3, .w = 5, .c = 4}), layer);
            std::vector<Tensor> parameters;
            for (const Parameter& p : net.entry(y).parameters)
                parameters.push_back(normal_numbers(p.shape, 2));
            CAPTURE(layer.filters);
            CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 3, 5, 4})}, parameters,
                                 {kernels}) < 1e-6);
        }
}
