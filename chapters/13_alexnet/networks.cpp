// AlexNet and ZFNet, layer by layer.
#include "alexnet.hpp"
#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dropout.hpp"
#include "lenet.hpp"
#include "local_response.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

/// The image.  Error: fewer rows than the layers need, no classes.
Node image_of(Graph& graph, const char* what, const AlexNetSizes& sizes, int least) {
    require(sizes.classes >= 1, what, ": ", sizes.classes, " classes; there must be at least 1");
    require(sizes.input >= least, what, ": the image has ", sizes.input, " rows; the layers need at least ",
            least);
    return graph.input({.h = sizes.input, .w = sizes.input, .c = 3}, "image");
}

/// Layers 6 to 8.
Classifier classified(Node image, Node x, const AlexNetSizes& sizes) {
    x = dropout(relu(dense(x, sizes.units, "fc6"), "relu6"), 0.5, "dropout6");
    x = dropout(relu(dense(x, sizes.units, "fc7"), "relu7"), 0.5, "dropout7");
    const Node logits = dense(x, sizes.classes, "fc8");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}

// [last]
/// Layers 3 to 5, which AlexNet and ZFNet share.
Node last_convolutions(Node x, int groups) {
    x = relu(conv(x, {.filters = 384, .kernel = 3, .padding = 1}, "conv3"), "relu3");
    x = relu(conv(x, {.filters = 384, .kernel = 3, .padding = 1, .groups = groups}, "conv4"), "relu4");
    x = relu(conv(x, {.filters = 256, .kernel = 3, .padding = 1, .groups = groups}, "conv5"), "relu5");
    return max_pool(x, {.kernel = 3, .stride = 2}, "pool5");
}
// [last]

// [torchvision]
Classifier one_column(Graph& graph, const AlexNetSizes& sizes) {
    const Node image = image_of(graph, "alexnet", sizes, 63);
    int count = 0;
    const auto next = [&] { return "features." + std::to_string(count++); };
    const auto layer = [&](Node x, const Convolution& how) {
        const Node y = conv(x, how, next());
        return relu(y, next());
    };
    Node x = layer(image, {.filters = 64, .kernel = 11, .stride = 4, .padding = 2});
    x = max_pool(x, {.kernel = 3, .stride = 2}, next());
    x = layer(x, {.filters = 192, .kernel = 5, .padding = 2});
    x = max_pool(x, {.kernel = 3, .stride = 2}, next());
    x = layer(x, {.filters = 384, .kernel = 3, .padding = 1});
    x = layer(x, {.filters = 256, .kernel = 3, .padding = 1});
    x = layer(x, {.filters = 256, .kernel = 3, .padding = 1});
    x = max_pool(x, {.kernel = 3, .stride = 2}, next());
    x = adaptive_average_pool(x, 6, "avgpool");
    x = dense(dropout(x, 0.5, "classifier.0"), sizes.units, "classifier.1");
    x = dropout(relu(x, "classifier.2"), 0.5, "classifier.3");
    x = relu(dense(x, sizes.units, "classifier.4"), "classifier.5");
    const Node logits = dense(x, sizes.classes, "classifier.6");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [torchvision]

}  // namespace

// [alexnet]
Classifier alexnet(Graph& graph, AlexNet version, const AlexNetSizes& sizes) {
    if (version == AlexNet::torchvision) return one_column(graph, sizes);
    const int groups = version == AlexNet::two_groups ? 2 : 1;
    const Node image = image_of(graph, "alexnet", sizes, 67);
    Node x = relu(conv(image, {.filters = 96, .kernel = 11, .stride = 4}, "conv1"), "relu1");
    x = max_pool(local_response(x, {}, "norm1"), {.kernel = 3, .stride = 2}, "pool1");
    x = relu(conv(x, {.filters = 256, .kernel = 5, .padding = 2, .groups = groups}, "conv2"), "relu2");
    x = max_pool(local_response(x, {}, "norm2"), {.kernel = 3, .stride = 2}, "pool2");
    return classified(image, last_convolutions(x, groups), sizes);
}
// [alexnet]

// [zfnet]
Classifier zfnet(Graph& graph, const AlexNetSizes& sizes) {
    const Node image = image_of(graph, "zfnet", sizes, 63);
    Node x = relu(conv(image, {.filters = 96, .kernel = 7, .stride = 2, .padding = 1}, "conv1"), "relu1");
    x = local_response(max_pool(x, {.kernel = 3, .stride = 2, .ceil = true}, "pool1"), {}, "norm1");
    x = relu(conv(x, {.filters = 256, .kernel = 5, .stride = 2}, "conv2"), "relu2");
    x = local_response(max_pool(x, {.kernel = 3, .stride = 2, .ceil = true}, "pool2"), {}, "norm2");
    return classified(image, last_convolutions(x, 1), sizes);
}
// [zfnet]

}  // namespace cnn
