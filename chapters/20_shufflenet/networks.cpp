// ShuffleNet V1, as its paper's figure 2 and table 1 read.
#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "concatenation.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "depthwise_separable.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"
#include "shuffle.hpp"
#include "shufflenet.hpp"

namespace cnn {

// [table]
ShuffleNetV1 shufflenet_v1(int groups) {
    for (const ShuffleNetV1& column : {ShuffleNetV1{1, 144}, ShuffleNetV1{2, 200}, ShuffleNetV1{3, 240},
                                       ShuffleNetV1{4, 272}, ShuffleNetV1{8, 384}})
        if (column.groups == groups) return column;
    throw Error("shufflenet_v1: the paper's table has 1, 2, 3, 4 and 8 groups");
}
// [table]

namespace {

constexpr int repeats[] = {4, 8, 4};

/// A 1x1 convolution and its normalisation.
Node mixed(Node x, int filters, int groups, const std::string& name) {
    x = conv(x, {.filters = filters, .kernel = 1, .groups = groups, .bias = false}, name);
    return batch_norm(x, {}, name + "_bn");
}

// [unit]
/// `seen` groups of the first layer, which in the network's first unit is not grouped.
Node unit(Node x, const ShuffleNetV1& net, int channels, int stride, int seen, const std::string& name) {
    const int added = stride == 1 ? channels : channels - x.shape().c;
    Node y = relu(mixed(x, channels / 4, seen, name + ".conv1"), name + ".relu");
    if (net.groups > 1) y = channel_shuffle(y, net.groups, name + ".shuffle");
    y = depthwise_conv(y, {.stride = stride, .padding = 1, .bias = false}, name + ".depthwise");
    y = batch_norm(y, {}, name + ".depthwise_bn");
    y = mixed(y, added, net.groups, name + ".conv2");
    if (stride == 1) return relu(add(y, x, name + ".add"), name);
    const Node smaller = avg_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, name + ".pool");
    return relu(concatenate({smaller, y}, name + ".concatenate"), name);
}
// [unit]

}  // namespace

// [shufflenet]
Classifier shufflenet_v1(Graph& graph, const ShuffleNetV1& net) {
    require(net.classes >= 1, "shufflenet_v1: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 32, "shufflenet_v1: the image has ", net.input,
            " rows; five layers halve it, so it needs at least 32");
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    Node x = conv(image, {.filters = 24, .kernel = 3, .stride = 2, .padding = 1, .bias = false}, "conv1");
    x = relu(batch_norm(x, {}, "conv1_bn"), "conv1_relu");
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, "maxpool");
    int channels = net.channels;
    for (int stage = 2; stage <= 4; ++stage, channels *= 2)
        for (int i = 0; i < repeats[stage - 2]; ++i) {
            const bool first = stage == 2 && i == 0;
            const std::string name = "stage" + std::to_string(stage) + "." + std::to_string(i);
            x = unit(x, net, channels, i == 0 ? 2 : 1, first ? 1 : net.groups, name);
        }
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, net.classes, "fc");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [shufflenet]

}  // namespace cnn
