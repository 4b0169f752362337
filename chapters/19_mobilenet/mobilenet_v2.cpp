// MobileNet V2, as its paper's table 2 reads.
#include "mobilenet_v2.hpp"

#include <algorithm>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "depthwise_separable.hpp"
#include "dropout.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"
#include "relu6.hpp"

namespace cnn {

int multiple_of_8(double channels) {
    const int nearest = std::max(8, int(channels + 4) / 8 * 8);
    return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

namespace {

// [table]
struct Row {
    int expansion, filters, repeats, stride;
};
constexpr Row table[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                         {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
// [table]

/// The end of a layer: layer.1 and layer.2 behind layer.0.
Node clipped(Node x, const std::string& layer) {
    return relu6(batch_norm(x, {}, layer + ".1"), layer + ".2");
}

// [block]
Node block(Node x, int expansion, int filters, int stride, const std::string& name) {
    int count = 0;
    const auto next = [&] { return name + ".conv." + std::to_string(count++); };
    Node y = x;
    if (expansion > 1) {  // wide
        const std::string wide = next();
        y = conv(y, {.filters = expansion * x.shape().c, .kernel = 1, .bias = false}, wide + ".0");
        y = clipped(y, wide);
    }
    const std::string each = next();  // each channel by itself
    y = clipped(depthwise_conv(y, {.stride = stride, .padding = 1, .bias = false}, each + ".0"), each);
    y = conv(y, {.filters = filters, .kernel = 1, .bias = false}, next());  // narrow again, and linear
    y = batch_norm(y, {}, next());
    return y.shape() == x.shape() ? add(x, y, name) : y;
}
// [block]

}  // namespace

// [mobilenet]
Classifier mobilenet_v2(Graph& graph, const MobileNetV2& net) {
    require(net.width > 0 && net.width <= 16, "mobilenet_v2: a width of ", net.width,
            "; it must be above 0 and at most 16");
    require(net.classes >= 1, "mobilenet_v2: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 32, "mobilenet_v2: the image has ", net.input,
            " rows; five layers halve it, so it needs at least 32");
    int count = 0;
    const auto next = [&] { return "features." + std::to_string(count++); };
    const auto regular = [&](Node x, int filters, int kernel, int stride) {
        const std::string name = next();
        const Convolution layer{
            .filters = filters, .kernel = kernel, .stride = stride, .padding = kernel / 2, .bias = false};
        return clipped(conv(x, layer, name + ".0"), name);
    };
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    Node x = regular(image, multiple_of_8(32 * net.width), 3, 2);
    for (const auto& [expansion, filters, repeats, stride] : table)
        for (int i = 0; i < repeats; ++i)
            x = block(x, expansion, multiple_of_8(filters * net.width), i == 0 ? stride : 1, next());
    x = regular(x, multiple_of_8(1280 * std::max(1.0, net.width)), 1, 1);
    x = dropout(global_average_pool(x, "avgpool"), 0.2, "classifier.0");
    const Node logits = dense(x, net.classes, "classifier.1");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [mobilenet]

}  // namespace cnn
