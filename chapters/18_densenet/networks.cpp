// DenseNet, as its paper's table 1 reads.
#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "concatenation.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "densenet.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"

namespace cnn {

// [table]
DenseNet densenet121() { return {.blocks = {6, 12, 24, 16}}; }
DenseNet densenet161() { return {.blocks = {6, 12, 36, 24}, .growth = 48, .first = 96}; }
DenseNet densenet169() { return {.blocks = {6, 12, 32, 32}}; }
DenseNet densenet201() { return {.blocks = {6, 12, 48, 32}}; }
DenseNet densenet264() { return {.blocks = {6, 12, 64, 48}}; }
// [table]

// [block]
Node dense_block(Node x, int layers, int growth, const std::string& name) {
    for (int i = 1; i <= layers; ++i) {
        const std::string layer = name + ".denselayer" + std::to_string(i);
        Node y = relu(batch_norm(x, {}, layer + ".norm1"), layer + ".relu1");
        y = conv(y, {.filters = 4 * growth, .kernel = 1, .bias = false}, layer + ".conv1");
        y = relu(batch_norm(y, {}, layer + ".norm2"), layer + ".relu2");
        y = conv(y, {.filters = growth, .kernel = 3, .padding = 1, .bias = false}, layer + ".conv2");
        x = concatenate({x, y}, layer);
    }
    return x;
}
// [block]

namespace {

// [transition]
/// Half of the maps, half of the rows and columns.
Node transition(Node x, const std::string& name) {
    x = relu(batch_norm(x, {}, name + ".norm"), name + ".relu");
    x = conv(x, {.filters = x.shape().c / 2, .kernel = 1, .bias = false}, name + ".conv");
    return avg_pool(x, {.kernel = 2, .stride = 2}, name + ".pool");
}
// [transition]

}  // namespace

// [densenet]
Classifier densenet(Graph& graph, const DenseNet& options) {
    require(options.classes >= 1, "densenet: ", options.classes, " classes; there must be at least 1");
    require(options.input >= 29, "densenet: the image has ", options.input,
            " rows; it is halved five times, so it needs at least 29");
    const Node image = graph.input({.h = options.input, .w = options.input, .c = 3}, "image");
    Node x = conv(image, {.filters = options.first, .kernel = 7, .stride = 2, .padding = 3, .bias = false},
                  "features.conv0");
    x = relu(batch_norm(x, {}, "features.norm0"), "features.relu0");
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1}, "features.pool0");
    for (std::size_t i = 0; i < options.blocks.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        if (i > 0) x = transition(x, "features.transition" + std::to_string(i));
        x = dense_block(x, options.blocks[i], options.growth, "features.denseblock" + number);
    }
    x = relu(batch_norm(x, {}, "features.norm5"), "features.relu5");
    x = global_average_pool(x, "avgpool");
    const Node logits = dense(x, options.classes, "classifier");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [densenet]

}  // namespace cnn
