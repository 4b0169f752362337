// ShuffleNet V2, as its paper's figure 3 and table 5 read.
#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "depthwise_separable.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"
#include "shuffle.hpp"
#include "shufflenet.hpp"

namespace cnn {

ShuffleNetV2 shufflenet_v2_x0_5() { return {.channels = 48}; }
ShuffleNetV2 shufflenet_v2_x1_0() { return {.channels = 116}; }
ShuffleNetV2 shufflenet_v2_x1_5() { return {.channels = 176}; }
ShuffleNetV2 shufflenet_v2_x2_0() { return {.channels = 244, .last = 2048}; }

namespace {

constexpr int repeats[] = {4, 8, 4};

/// Layers i, i + 1 and i + 2 of a sequence: convolution, normalisation, ReLU.
Node layer(Node x, const Convolution& convolution, const std::string& sequence, int i) {
    const auto number = [&](int k) { return sequence + "." + std::to_string(i + k); };
    x = batch_norm(conv(x, convolution, number(0)), {}, number(1));
    return relu(x, number(2));
}

Node pointwise(Node x, int filters, const std::string& sequence, int i) {
    return layer(x, {.filters = filters, .kernel = 1, .bias = false}, sequence, i);
}

Node depthwise(Node x, int stride, const std::string& sequence, int i) {
    const auto number = [&](int k) { return sequence + "." + std::to_string(i + k); };
    x = depthwise_conv(x, {.stride = stride, .padding = 1, .bias = false}, number(0));
    return batch_norm(x, {}, number(1));
}

// [unit]
Node unit(Node x, int channels, int stride, const std::string& name) {
    const int half = channels / 2;
    const std::string first = name + ".branch1", second = name + ".branch2";
    Node kept = x, changed = x;
    if (stride == 1) {
        kept = channel_slice(x, 0, half, first);
        changed = channel_slice(x, half, half, second);
    } else {
        kept = pointwise(depthwise(x, stride, first, 0), half, first, 2);
    }
    changed = pointwise(changed, half, second, 0);
    changed = pointwise(depthwise(changed, stride, second, 3), half, second, 5);
    return interleave({kept, changed}, name);
}
// [unit]

}  // namespace

// [shufflenet]
Classifier shufflenet_v2(Graph& graph, const ShuffleNetV2& net) {
    require(net.classes >= 1, "shufflenet_v2: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 32, "shufflenet_v2: the image has ", net.input,
            " rows; five layers halve it, so it needs at least 32");
    require(net.channels >= 2 && net.channels % 2 == 0, "shufflenet_v2: ", net.channels,
            " channels; units split them in two halves");
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    Node x = layer(image, {.filters = 24, .kernel = 3, .stride = 2, .padding = 1, .bias = false}, "conv1", 0);
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, "maxpool");
    int channels = net.channels;
    for (int stage = 2; stage <= 4; ++stage, channels *= 2)
        for (int i = 0; i < repeats[stage - 2]; ++i)
            x = unit(x, channels, i == 0 ? 2 : 1, "stage" + std::to_string(stage) + "." + std::to_string(i));
    x = pointwise(x, net.last, "conv5", 0);
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, net.classes, "fc");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [shufflenet]

}  // namespace cnn
