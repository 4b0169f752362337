// MobileNet, as its paper's table 1 reads.
#include <algorithm>
#include <span>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "depthwise_separable.hpp"
#include "lenet.hpp"
#include "mobilenet.hpp"
#include "pooling.hpp"
#include "relu6.hpp"

namespace cnn {

namespace {

constexpr int kernel = 3;

/// 1 on all sides; or as little as makes ceil(size / stride) outputs, the odd pixel below and right.
Sides padding(const MobileNetV1& net, const Shape& x, int stride) {
    if (!net.same_padding) return 1;
    const auto along = [&](int size) {
        const int outputs = (size + stride - 1) / stride;
        return std::max(0, (outputs - 1) * stride + kernel - size);
    };
    const int rows = along(x.h), columns = along(x.w);
    return {rows / 2, rows - rows / 2, columns / 2, columns - columns / 2};
}

// [layers]
/// What follows each convolution.
Node finished(const MobileNetV1& net, Node x, const std::string& name) {
    if (!net.folded) x = batch_norm(x, {}, name + "_bn");
    return relu6(x, name + "_relu6");
}

Node regular(const MobileNetV1& net, Node x, int filters, int size, int stride, const std::string& name) {
    const Convolution layer{.filters = filters,
                            .kernel = size,
                            .stride = stride,
                            .padding = size == 1 ? Sides(0) : padding(net, x.shape(), stride),
                            .bias = net.folded};
    return finished(net, conv(x, layer, name), name);
}

Node depthwise(const MobileNetV1& net, Node x, int stride, const std::string& name) {
    const Depthwise layer{.stride = stride, .padding = padding(net, x.shape(), stride), .bias = net.folded};
    return finished(net, depthwise_conv(x, layer, name), name);
}
// [layers]

struct Block {
    int filters, stride;
};

/// Pairs of a depthwise and a 1x1 convolution; with `full` one 3x3 convolution in the place of each.
Node pairs(const MobileNetV1& net, Node x, std::span<const Block> blocks) {
    int number = 0;
    for (const auto& [filters, stride] : blocks) {
        const int channels = int(filters * net.width);
        const std::string name = "block" + std::to_string(++number);
        if (net.full) {
            x = regular(net, x, channels, kernel, stride, name + ".conv");
        } else {
            x = depthwise(net, x, stride, name + ".depthwise");
            x = regular(net, x, channels, 1, 1, name + ".pointwise");
        }
    }
    return x;
}

// [table]
constexpr Block published[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                               {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
// [table]

}  // namespace

// [mobilenet]
Classifier mobilenet_v1(Graph& graph, const MobileNetV1& net) {
    const int first = int(32 * net.width);
    require(net.width > 0 && net.width <= 16 && first >= 1, "mobilenet_v1: a width of ", net.width,
            "; it must leave at least one of 32 channels, and be at most 16");
    require(net.classes >= 1, "mobilenet_v1: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 32, "mobilenet_v1: the image has ", net.input,
            " rows; five layers halve it, so it needs at least 32");
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    Node x = regular(net, image, first, kernel, 2, "conv0");
    x = pairs(net, x, published);
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, net.classes, "fc");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [mobilenet]

// [cifar]
constexpr Block small[] = {{64, 1}, {128, 2}, {128, 1}, {128, 1}, {256, 2}, {256, 1}, {256, 1}, {256, 1}};

Classifier mobilenet_cifar10(Graph& graph, int classes) {
    require(classes >= 1, "mobilenet_cifar10: ", classes, " classes; there must be at least 1");
    const MobileNetV1 net;
    const Node image = graph.input({.h = 32, .w = 32, .c = 3}, "image");
    Node x = regular(net, image, 32, kernel, 1, "conv0");
    x = global_average_pool(pairs(net, x, small), "avgpool");
    return with_loss(image, dense(x, classes, "fc"));
}
// [cifar]

TrainingOptions mobilenet_cifar10_training() {
    return {.epochs = 20,
            .batch = 128,
            .rate = 0.2,
            .decay = 0.0005,
            .schedule = {.kind = Schedule::Kind::one_cycle},
            .nesterov = true,
            .decay_filters_only = true,
            .augmentation = {.shift = 4, .mirror = true}};
}

}  // namespace cnn
