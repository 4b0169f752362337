// ResNet, as the paper's table 1 reads.
#include <cmath>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"
#include "resnet.hpp"

namespace cnn {

// [table]
ResNet resnet18() { return {.blocks = {2, 2, 2, 2}}; }
ResNet resnet34() { return {.blocks = {3, 4, 6, 3}}; }
ResNet resnet50() { return {.blocks = {3, 4, 6, 3}, .bottleneck = true}; }
ResNet resnet101() { return {.blocks = {3, 4, 23, 3}, .bottleneck = true}; }
ResNet resnet152() { return {.blocks = {3, 8, 36, 3}, .bottleneck = true}; }
// [table]

namespace {

/// A normal distribution under which ReLU layers keep the size of gradients (He et al. 2015, as torchvision).
Initialiser he(std::int64_t fan_out) { return {Initialiser::Kind::normal, std::sqrt(2 / double(fan_out))}; }

/// A convolution and its normalisation; without one it has a bias.
Node normalised(const ResNet& net, Node x, Convolution layer, const std::string& conv_name,
                const std::string& norm_name) {
    layer.padding = layer.kernel.h / 2;
    layer.bias = !net.normalised;
    layer.initialiser = he(std::int64_t{layer.kernel.h} * layer.kernel.w * layer.filters);
    x = conv(x, layer, conv_name);
    return net.normalised ? batch_norm(x, {}, norm_name) : x;
}

/// The block's input, in the shape of its end.
Node shortcut(const ResNet& net, Node x, int filters, int stride, const std::string& name) {
    if (stride == 1 && x.shape().c == filters) return x;
    if (net.shortcut == Shortcut::padded) return padded_shortcut(x, filters, stride, name + ".shortcut");
    return normalised(net, x, {.filters = filters, .kernel = 1, .stride = stride}, name + ".downsample.0",
                      name + ".downsample.1");
}

// [block]
/// y = relu(x + F(x)): what is learned is F, the difference from doing nothing.
Node block(const ResNet& net, Node x, int width, int stride, const std::string& name) {
    const auto layer = [&](Node from, const Convolution& convolution, int k) {
        const std::string number = std::to_string(k);
        return normalised(net, from, convolution, name + ".conv" + number, name + ".bn" + number);
    };
    Node f = x;
    if (net.bottleneck) {
        const int first = net.stride_in_3x3 ? 1 : stride;
        f = relu(layer(f, {.filters = width, .kernel = 1, .stride = first}, 1), name + ".relu1");
        f = relu(layer(f, {.filters = width, .kernel = 3, .stride = stride / first}, 2), name + ".relu2");
        f = layer(f, {.filters = 4 * width, .kernel = 1}, 3);
    } else {
        f = relu(layer(f, {.filters = width, .kernel = 3, .stride = stride}, 1), name + ".relu1");
        f = layer(f, {.filters = width, .kernel = 3}, 2);
    }
    if (net.skips) f = add(f, shortcut(net, x, f.shape().c, stride, name), name + ".add");
    return relu(f, name);
}
// [block]

/// Stages of blocks; each but the first halves the map and doubles the filters.
Node stages(const ResNet& net, Node x, int width) {
    for (std::size_t s = 0; s < net.blocks.size(); ++s)
        for (int b = 0; b < net.blocks[s]; ++b)
            x = block(net, x, width << s, s > 0 && b == 0 ? 2 : 1,
                      "layer" + std::to_string(s + 1) + "." + std::to_string(b));
    return x;
}

}  // namespace

// [resnet]
Classifier resnet(Graph& graph, const ResNet& net) {
    require(net.classes >= 1, "resnet: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 32, "resnet: the image has ", net.input,
            " rows; five layers halve it, so it needs at least 32");
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    Node x = relu(normalised(net, image, {.filters = 64, .kernel = 7, .stride = 2}, "conv1", "bn1"), "relu");
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, "maxpool");
    x = stages(net, x, 64);
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, net.classes, "fc");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [resnet]

// [cifar]
Classifier resnet_cifar10(Graph& graph, int depth, int classes, bool skips) {
    require(depth >= 8 && depth % 6 == 2, "resnet_cifar10: a depth of ", depth,
            "; it must be 6 n + 2: 20, 32, 44, 56, 110");
    const int n = (depth - 2) / 6;
    const ResNet net{.blocks = {n, n, n}, .shortcut = Shortcut::padded, .skips = skips};
    const Node image = graph.input({.h = 32, .w = 32, .c = 3}, "image");
    Node x = relu(normalised(net, image, {.filters = 16, .kernel = 3}, "conv1", "bn1"), "relu");
    x = stages(net, x, 16);
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, classes, "linear");
    const Node labels = graph.input({}, "labels");
    const Node loss = softmax_cross_entropy(logits, labels, "loss");
    softmax(logits, "probabilities");
    return {image, labels, logits, loss};
}
// [cifar]

TrainingOptions resnet_cifar10_training() {
    return {.epochs = 40,
            .batch = 128,
            .rate = 0.2,
            .decay = 0.0005,
            .schedule = {.kind = Schedule::Kind::one_cycle},
            .nesterov = true,
            .decay_filters_only = true,
            .augmentation = {.shift = 4, .mirror = true}};
}

}  // namespace cnn
