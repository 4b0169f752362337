// SqueezeNet, as its paper's table 1 reads.
#include "common/base/error.hpp"
#include "concatenation.hpp"
#include "convolution.hpp"
#include "dropout.hpp"
#include "lenet.hpp"
#include "pooling.hpp"
#include "squeezenet.hpp"

namespace cnn {

// [fire]
Node fire(Node x, const Fire& filters, const std::string& name) {
    const auto layer = [&](Node from, int count, int kernel, const std::string& part) {
        const Node y = conv(from, {.filters = count, .kernel = kernel, .padding = kernel / 2}, name + part);
        return relu(y, name + part + "_activation");
    };
    const Node squeezed = layer(x, filters.squeeze, 1, ".squeeze");
    return concatenate(
        {layer(squeezed, filters.expand, 1, ".expand1x1"), layer(squeezed, filters.expand, 3, ".expand3x3")},
        name);
}
// [fire]

// [squeezenet]
Classifier squeezenet(Graph& graph, SqueezeNetVersion version, int input, int classes) {
    require(classes >= 1, "squeezenet: ", classes, " classes; there must be at least 1");
    require(input >= 21, "squeezenet: the image has ", input,
            " rows; a convolution and three poolings halve it, so it needs at least 21");
    const Node image = graph.input({.h = input, .w = input, .c = 3}, "image");
    int count = 0;
    const auto next = [&] { return "features." + std::to_string(count++); };
    const auto pool = [&](Node x) { return max_pool(x, {.kernel = 3, .stride = 2, .ceil = true}, next()); };
    const auto fires = [&](Node x, std::initializer_list<Fire> modules) {
        for (const Fire& module : modules) x = fire(x, module, next());
        return x;
    };
    Node x = image;
    if (version == SqueezeNetVersion::one_zero) {
        x = conv(x, {.filters = 96, .kernel = 7, .stride = 2}, next());
        x = relu(x, next());
        x = fires(pool(x), {{16, 64}, {16, 64}, {32, 128}});
        x = fires(pool(x), {{32, 128}, {48, 192}, {48, 192}, {64, 256}});
        x = fires(pool(x), {{64, 256}});
    } else {
        x = conv(x, {.filters = 64, .kernel = 3, .stride = 2}, next());
        x = relu(x, next());
        x = fires(pool(x), {{16, 64}, {16, 64}});
        x = fires(pool(x), {{32, 128}, {32, 128}});
        x = fires(pool(x), {{48, 192}, {48, 192}, {64, 256}, {64, 256}});
    }
    x = dropout(x, 0.5, "classifier.0");
    x = relu(conv(x, {.filters = classes, .kernel = 1}, "classifier.1"), "classifier.2");
    const Node logits = global_average_pool(x, "avgpool");  // no dense layer at all (A7)
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [squeezenet]

}  // namespace cnn
