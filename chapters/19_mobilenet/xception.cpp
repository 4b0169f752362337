// Xception, as its paper's figure 5 draws it.
#include "xception.hpp"

#include <vector>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "depthwise_separable.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

Node regular(Node x, const Convolution& layer, const std::string& name) {
    return batch_norm(conv(x, layer, name), {}, name + "_bn");
}

// [separable]
/// Nothing stands between the depthwise and the 1x1 convolution: neither a normalisation nor a ReLU.
Node separable(Node x, int filters, const std::string& name) {
    return batch_norm(separable_conv(x, filters, {.padding = 1, .bias = false}, name), {}, name + "_bn");
}

/// Layers with a ReLU in front of each; the first needs none where x is positive already.
Node layers(Node x, const std::vector<int>& filters, const std::string& name, bool positive = false) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const std::string layer = name + ".sepconv" + std::to_string(i + 1);
        if (i > 0 || !positive) x = relu(x, layer + "_relu");
        x = separable(x, filters[i], layer);
    }
    return x;
}

/// Two layers and a pooling that halves the map, beside a 1x1 convolution that does the same.
Node halved(Node x, int first, int second, const std::string& name, bool positive = false) {
    const Node y = max_pool(layers(x, {first, second}, name, positive),
                            {.kernel = 3, .stride = 2, .padding = 1}, name + ".pool");
    const Convolution shortcut{.filters = second, .kernel = 1, .stride = 2, .bias = false};
    return add(y, regular(x, shortcut, name + ".shortcut"), name);
}
// [separable]

}  // namespace

// [xception]
Classifier xception(Graph& graph, const Xception& net) {
    const auto channels = [&](int count) { return int(count * net.width); };
    require(net.width > 0 && net.width <= 16 && channels(32) >= 1, "xception: a width of ", net.width,
            "; it must leave at least one of 32 channels, and be at most 16");
    require(net.classes >= 1, "xception: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 7, "xception: the image has ", net.input,
            " rows; its first two layers do not pad, so it needs at least 7");
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    const Convolution first{.filters = channels(32), .kernel = 3, .stride = 2, .bias = false};
    const Convolution second{.filters = channels(64), .kernel = 3, .bias = false};
    Node x = relu(regular(image, first, "block1.conv1"), "block1.conv1_relu");
    x = relu(regular(x, second, "block1.conv2"), "block1.conv2_relu");

    // Entry: the map shrinks from 147 to 19 rows.
    x = halved(x, channels(128), channels(128), "block2", true);
    x = halved(x, channels(256), channels(256), "block3");
    x = halved(x, channels(728), channels(728), "block4");
    // Middle: eight times three layers that keep its size.
    const int wide = channels(728);
    for (int i = 5; i <= 12; ++i) {
        const std::string name = "block" + std::to_string(i);
        x = add(layers(x, {wide, wide, wide}, name), x, name);
    }
    // Exit: the last layers have a ReLU behind them.
    x = halved(x, wide, channels(1024), "block13");
    for (const auto& [filters, name] : {std::pair{1536, "block14.sepconv1"}, {2048, "block14.sepconv2"}})
        x = relu(separable(x, channels(filters), name), std::string(name) + "_relu");
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, net.classes, "fc");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [xception]

}  // namespace cnn
