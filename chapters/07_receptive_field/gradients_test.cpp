// Built with double: the mean over a window against finite differences.
#include "common/testing/testing.hpp"
#include "effective.hpp"

using namespace cnn;

TEST_CASE("s-11: the gradient of the mean over any window agrees with finite differences") {
    const Window windows[] = {
        {.kernel = {3, 2}, .stride = {2, 1}, .padding = {1, 0, 2, 1}, .dilation = {1, 2}},
        {.kernel = {3, 2}, .stride = {2, 3}, .padding = 1, .transposed = true},
        {.whole = true}};
    for (const Window& window : windows) {
        Graph net;
        const Node y = window_mean(net.input({.h = 5, .w = 4, .c = 2}), window);
        CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 5, 4, 2})}, {}) < 1e-6);
    }
}
