// EfficientNet, as its paper's table 1 reads.
#include <algorithm>
#include <cmath>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "depthwise_separable.hpp"
#include "dropout.hpp"
#include "efficientnet.hpp"
#include "gate.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"
#include "silu.hpp"
#include "stochastic_depth.hpp"

namespace cnn {

// [scaling]
int scaled_channels(int channels, double width) {
    const double exact = channels * width;
    const int nearest = std::max(8, int(exact + 4) / 8 * 8);
    return nearest < 0.9 * exact ? nearest + 8 : nearest;
}
int scaled_layers(int layers, double depth) { return int(std::ceil(layers * depth)); }
// [scaling]

// [table]
EfficientNet efficientnet_b(int number) {
    struct Scale {
        double width, depth, dropout;
        int input;
    };
    constexpr Scale scales[] = {{1.0, 1.0, 0.2, 224}, {1.0, 1.1, 0.2, 240}, {1.1, 1.2, 0.3, 260},
                                {1.2, 1.4, 0.3, 300}, {1.4, 1.8, 0.4, 380}, {1.6, 2.2, 0.4, 456},
                                {1.8, 2.6, 0.5, 528}, {2.0, 3.1, 0.5, 600}};
    require(number >= 0 && number < int(std::size(scales)), "efficientnet_b: there is no B", number,
            "; there are B0 to B7");
    const Scale& scale = scales[number];
    return {.stages = {{1, 3, 1, 16, 1},
                       {6, 3, 2, 24, 2},
                       {6, 5, 2, 40, 2},
                       {6, 3, 2, 80, 3},
                       {6, 5, 1, 112, 3},
                       {6, 5, 2, 192, 4},
                       {6, 3, 1, 320, 1}},
            .width = scale.width,
            .depth = scale.depth,
            .dropout = scale.dropout,
            .norm = number < 5 ? BatchNorm{} : BatchNorm{.epsilon = 1e-3, .momentum = 0.01},
            .input = scale.input};
}
// [table]

namespace {

/// A convolution without bias and its normalisation: torchvision numbers them 0 and 1, the SiLU 2.
Node normalised(Node x, const BatchNorm& norm, const std::string& name) {
    return batch_norm(x, norm, name + ".1");
}
Node regular(Node x, int filters, int kernel, int stride, const BatchNorm& norm, const std::string& name) {
    const Convolution layer{
        .filters = filters, .kernel = kernel, .stride = stride, .padding = kernel / 2, .bias = false};
    return normalised(conv(x, layer, name + ".0"), norm, name);
}
Node depthwise(Node x, int kernel, int stride, const BatchNorm& norm, const std::string& name) {
    const Depthwise layer{.kernel = kernel, .stride = stride, .padding = kernel / 2, .bias = false};
    return normalised(depthwise_conv(x, layer, name + ".0"), norm, name);
}

}  // namespace

// [mbconv]
Node mbconv(Node x, const MBConv& block, double drop, const BatchNorm& norm, const std::string& name) {
    int count = 0;
    const auto next = [&] { return name + ".block." + std::to_string(count++); };
    Node y = x;
    if (block.expansion != 1) {
        const std::string expand = next();
        y = silu(regular(y, x.shape().c * block.expansion, 1, 1, norm, expand), expand + ".2");
    }
    const std::string filter = next();
    y = silu(depthwise(y, block.kernel, block.stride, norm, filter), filter + ".2");
    y = squeeze_and_excite(y, std::max(1, x.shape().c / 4), next());
    y = regular(y, block.filters, 1, 1, norm, next());
    if (y.shape() != x.shape()) return y;
    return add(stochastic_depth(y, drop, name + ".stochastic_depth"), x, name);
}
// [mbconv]

// [efficientnet]
Classifier efficientnet(Graph& graph, const EfficientNet& net) {
    for (const auto& [what, scale] : {std::pair{"width", net.width}, {"depth", net.depth}})
        require(scale > 0 && scale <= 16, "efficientnet: the ", what, " is ", scale,
                "; it must be above 0 and at most 16");
    require(!net.stages.empty(), "efficientnet: no stages; there must be at least 1");
    require(net.classes >= 1, "efficientnet: ", net.classes, " classes; there must be at least 1");
    require(net.input >= 32, "efficientnet: the image has ", net.input,
            " rows; five layers halve it, so it needs at least 32");
    int blocks = 0, done = 0;
    for (const MBConv& stage : net.stages) blocks += scaled_layers(stage.layers, net.depth);

    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    int count = 0;
    const auto next = [&] { return "features." + std::to_string(count++); };
    const std::string stem = next();
    Node x = silu(regular(image, scaled_channels(net.first, net.width), 3, 2, net.norm, stem), stem + ".2");
    for (const MBConv& stage : net.stages) {
        const std::string name = next();
        MBConv block = stage;
        block.filters = scaled_channels(stage.filters, net.width);
        for (int layer = 0; layer < scaled_layers(stage.layers, net.depth); ++layer) {
            const double drop = net.stochastic_depth * done++ / blocks;
            x = mbconv(x, block, drop, net.norm, name + "." + std::to_string(layer));
            block.stride = 1;
        }
    }
    const std::string head = next();
    x = silu(regular(x, 4 * x.shape().c, 1, 1, net.norm, head), head + ".2");
    x = dropout(global_average_pool(x, "avgpool"), net.dropout, "classifier.0");
    const Node logits = dense(x, net.classes, "classifier.1");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [efficientnet]

}  // namespace cnn
