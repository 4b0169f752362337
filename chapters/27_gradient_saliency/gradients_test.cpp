// Built with double: the derivative by nudging has its sixteen digits.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"
#include "saliency.hpp"

using namespace cnn;

TEST_CASE("s-25: in double, nudged pixels and one back-propagation agree to 1e-6") {
    Graph graph;
    const Node image = graph.input({.h = 9, .w = 8, .c = 3}, "image");
    Node x = relu(conv(image, {.filters = 5, .kernel = 3, .stride = 2, .padding = 1}, "conv"));
    x = global_average_pool(max_pool(x, {.kernel = 2}));
    const Classifier net{image, {}, dense(x, 4, "fc"), {}};
    const Weights weights = initialise(graph, 2);
    const Tensor picture = normal_numbers(image.shape(), 5);
    for (int label = 0; label < 4; ++label)
        CHECK(largest_difference(naive::gradient(net, weights, picture, label, 1e-6),
                                 optimized::gradient(net, weights, picture, label)) <= 1e-6);
}
