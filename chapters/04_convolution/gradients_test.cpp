// Built with double: the layer's gradients and the ReLU's against finite differences.
#include "common/testing/testing.hpp"
#include "convolution.hpp"

using namespace cnn;

TEST_CASE("s-08: the gradients of the convolutional layer agree with finite differences") {
    const Convolution layers[] = {
        {.filters = 3, .kernel = 3, .padding = 1},
        {.filters = 4, .kernel = {2, 3}, .stride = {2, 3}, .padding = {0, 1, 2, 0}, .groups = 2},
        {.filters = 2, .kernel = 3, .padding = 2, .mode = PaddingMode::reflect, .bias = false},
        {.filters = 2, .kernel = 1, .stride = 3, .padding = {-1, 0, 0, 1}},
    };
    for (const Convolution& options : layers)
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph net;
            const Node y = conv(net.input({.h = 5, .w = 6, .c = 4}), options);
            std::vector<Tensor> parameters;
            for (const Parameter& p : net.entry(y).parameters)
                parameters.push_back(normal_numbers(p.shape, 2));
            CAPTURE(options.filters);
            CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 5, 6, 4})}, parameters,
                                 {kernels}) < 1e-6);
        }
}

TEST_CASE("s-20: the gradients of a convolution with residual and activation agree with finite differences") {
    for (const Activation activation : {Activation::none, Activation::relu, Activation::relu6})
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph net;
            const Node x = net.input({.h = 5, .w = 6, .c = 4}),
                       skip = net.input({.h = 5, .w = 6, .c = 3}, "skip");
            const Node y = conv_plus(x, skip, {.filters = 3, .padding = 1, .activation = activation});
            CHECK(gradient_error(*net.entry(y).operation,
                                 {normal_numbers({2, 5, 6, 4}), normal_numbers({2, 5, 6, 3}, 3)},
                                 {normal_numbers({3, 3, 4, 3}, 4), normal_numbers({.c = 3}, 5)},
                                 {kernels}) < 1e-6);
        }
}

TEST_CASE("s-08: the gradient of the ReLU agrees with finite differences") {
    Graph net;
    const Node y = relu(net.input({.h = 3, .w = 4, .c = 5}));
    CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 3, 4, 5})}, {}) < 1e-6);
}
