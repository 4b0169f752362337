// Built with double: the depthwise convolution's gradients against finite differences.
#include "common/testing/testing.hpp"
#include "depthwise_separable.hpp"

using namespace cnn;

TEST_CASE("s-15: the gradients of the depthwise convolution agree with finite differences") {
    const Depthwise layers[] = {
        {.kernel = 3, .padding = 1},
        {.kernel = 3, .stride = 2, .padding = {0, 1, 1, 0}},
        {.kernel = {2, 3}, .stride = {3, 1}, .padding = {1, 0, 2, 2}, .dilation = {1, 2}, .multiplier = 2},
        {.kernel = 5, .padding = 2, .bias = false},
        {.kernel = 3, .padding = 1, .mode = PaddingMode::reflect, .activation = Activation::relu},
        {.kernel = 3,
         .stride = 2,
         .padding = 1,
         .mode = PaddingMode::circular,
         .activation = Activation::relu6},
    };
    for (const Depthwise& options : layers)
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
            for (const int channels : {3, 9}) {
                Graph net;
                const Node y = depthwise_conv(net.input({.h = 5, .w = 6, .c = channels}), options);
                std::vector<Tensor> parameters;
                for (const Parameter& p : net.entry(y).parameters)
                    parameters.push_back(normal_numbers(p.shape, 2));
                CAPTURE(options.kernel);
                CAPTURE(channels);
                CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 5, 6, channels})},
                                     parameters, {kernels}) < 1e-6);
            }
}
