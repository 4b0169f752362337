// Built with double: clipping against finite differences.
#include "common/testing/testing.hpp"
#include "relu6.hpp"

using namespace cnn;

TEST_CASE("s-21: the gradient of ReLU6 agrees with finite differences") {
    Graph net;
    const Node y = relu6(net.input({.h = 3, .w = 4, .c = 5}));
    Tensor x = normal_numbers({2, 3, 4, 5});
    for (real& value : x.flat()) value *= 5;
    CHECK(gradient_error(*net.entry(y).operation, {x}, {}) < 1e-6);
}
