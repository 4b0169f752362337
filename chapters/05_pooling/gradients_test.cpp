// Built with double: pooling's gradients against finite differences.
#include "common/testing/testing.hpp"
#include "pooling.hpp"

using namespace cnn;

TEST_CASE(
    "s-09: the gradients of maximum and average and global and adaptive pooling agree with finite "
    "differences") {
    for (const Pooling& p : {Pooling{.kernel = 2, .stride = 2},
                             {.kernel = {3, 2}, .stride = {1, 2}, .padding = {1, 2, 0, 1}, .ceil = true},
                             {.kernel = 3, .stride = 2, .padding = 1, .count_padding = false},
                             {.kernel = 2, .stride = 1, .padding = {1, 2, 0, 1}, .dilation = {3, 2}}})
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            Graph graph;
            const Node x = graph.input({.h = 5, .w = 4, .c = 3});
            for (const Node& y : {max_pool(x, p), avg_pool(x, p), global_average_pool(x), global_max_pool(x),
                                  adaptive_average_pool(x, {3, 2}), adaptive_average_pool(x, {2, 6})}) {
                CAPTURE(y.name());
                CHECK(gradient_error(*graph.entry(y).operation, {normal_numbers({2, 5, 4, 3})}, {},
                                     {kernels}) < 1e-6);
            }
        }
}
