// ResNet, as the paper's table 1 reads.
#include <cmath>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"
#include "resnet.hpp"
#include "winograd.hpp"

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

/// Where a layer's nodes get their names from.
struct Names {
    std::string conv, norm, relu;
};

/// A convolution, its normalisation (or a bias without one) and, where `names` has one, its ReLU.
Node layer(const ResNet& net, Node x, Convolution convolution, const Names& names) {
    convolution.padding = convolution.kernel.h / 2;
    convolution.bias = !net.normalised || net.folded;
    convolution.initialiser =
        he(std::int64_t{convolution.kernel.h} * convolution.kernel.w * convolution.filters);
    if (net.folded && !names.relu.empty()) convolution.activation = Activation::relu;
    x = net.winograd ? winograd_conv(x, convolution, names.conv) : conv(x, convolution, names.conv);
    if (net.folded) return x;
    if (net.normalised) x = batch_norm(x, {}, names.norm);
    return names.relu.empty() ? x : relu(x, names.relu);
}

/// The block's input, in the shape of its end.
Node shortcut(const ResNet& net, Node x, int filters, int stride, const std::string& name) {
    if (stride == 1 && x.shape().c == filters) return x;
    if (net.shortcut == Shortcut::padded) return padded_shortcut(x, filters, stride, name + ".shortcut");
    return layer(net, x, {.filters = filters, .kernel = 1, .stride = stride},
                 {name + ".downsample.0", name + ".downsample.1", ""});
}

// [end]
/// The last layer of a block, plus the block's input, then the ReLU.
Node block_end(const ResNet& net, Node x, Node f, const Convolution& last, int stride,
               const std::string& name, Names names) {
    names.relu = "";
    if (!net.skips) return relu(layer(net, f, last, names), name);
    if (!net.folded) {
        f = layer(net, f, last, names);
        return relu(add(f, shortcut(net, x, f.shape().c, stride, name), name + ".add"), name);
    }
    Convolution fused = last;
    fused.padding = last.kernel.h / 2;
    fused.activation = Activation::relu;
    const Node residual = shortcut(net, x, last.filters, stride, name);
    return net.winograd ? winograd_conv_plus(f, residual, fused, names.conv)
                        : conv_plus(f, residual, fused, names.conv);
}
// [end]

// [block]
/// y = relu(x + F(x)): what is learned is F, the difference from doing nothing.
Node block(const ResNet& net, Node x, int width, int stride, const std::string& name) {
    const auto names = [&](int k) {
        const std::string number = std::to_string(k);
        return Names{name + ".conv" + number, name + ".bn" + number, name + ".relu" + number};
    };
    const int first = net.stride_in_3x3 ? 1 : stride;
    Node f = x;
    if (net.bottleneck) {
        f = layer(net, f, {.filters = width, .kernel = 1, .stride = first}, names(1));
        f = layer(net, f, {.filters = width, .kernel = 3, .stride = stride / first}, names(2));
        return block_end(net, x, f, {.filters = 4 * width, .kernel = 1}, stride, name, names(3));
    }
    f = layer(net, f, {.filters = width, .kernel = 3, .stride = stride}, names(1));
    return block_end(net, x, f, {.filters = width, .kernel = 3}, stride, name, names(2));
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
    Node x = layer(net, image, {.filters = 64, .kernel = 7, .stride = 2}, {"conv1", "bn1", "relu"});
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, "maxpool");
    x = stages(net, x, 64);
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, net.classes, "fc");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [resnet]

// [cifar]
Classifier resnet_cifar10(Graph& graph, int depth, int classes, bool skips, bool normalised) {
    require(depth >= 8 && depth % 6 == 2, "resnet_cifar10: a depth of ", depth,
            "; it must be 6 n + 2: 20, 32, 44, 56, 110");
    const int n = (depth - 2) / 6;
    const ResNet net{
        .blocks = {n, n, n}, .shortcut = Shortcut::padded, .skips = skips, .normalised = normalised};
    const Node image = graph.input({.h = 32, .w = 32, .c = 3}, "image");
    Node x = layer(net, image, {.filters = 16, .kernel = 3}, {"conv1", "bn1", "relu"});
    x = stages(net, x, 16);
    x = global_average_pool(x, "avgpool");
    return with_loss(image, dense(x, classes, "linear"));
}
// [cifar]

TrainingOptions resnet_cifar10_training() {
    return {.epochs = 26,
            .batch = 128,
            .rate = 0.2,
            .decay = 0.0005,
            .schedule = {.kind = Schedule::Kind::one_cycle},
            .nesterov = true,
            .decay_filters_only = true,
            .augmentation = {.shift = 4, .mirror = true}};
}

}  // namespace cnn
