// The Inception module, as the paper's figure 2b draws it, and GoogLeNet, as its table 1 reads.
#include <cmath>

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dropout.hpp"
#include "inception.hpp"
#include "lenet.hpp"
#include "local_response.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

/// As the network was trained in Caffe: weights of variance 1 / fan_in (Glorot and Bengio 2010).
Initialiser glorot(std::int64_t fan_in) { return {Initialiser::Kind::normal, std::sqrt(1 / double(fan_in))}; }

Node layer(Node x, Convolution how, const InceptionLayers& layers, const std::string& name) {
    how.padding = how.kernel.h / 2;
    how.bias = !layers.normalise;
    how.initialiser = glorot(std::int64_t{how.kernel.h} * how.kernel.w * x.shape().c);
    x = conv(x, how, name + ".conv");
    if (layers.normalise) x = layers.normalise(x, name + ".bn");
    return relu(x, name);
}

}  // namespace

// [module]
Node inception(Node x, const Inception& filters, const std::string& name, const InceptionLayers& layers) {
    const auto branch = [&](Node from, int count, int kernel, const char* part) {
        return layer(from, {.filters = count, .kernel = kernel}, layers, name + ".branch" + part);
    };
    const Node first = branch(x, filters.one, 1, "1");
    const Node second = branch(branch(x, filters.three_reduced, 1, "2.0"), filters.three, 3, "2.1");
    const Node third = branch(branch(x, filters.five_reduced, 1, "3.0"), filters.five, layers.largest, "3.1");
    const Node seen = max_pool(x, {.kernel = 3, .stride = 1, .padding = 1}, name + ".branch4.0");
    const Node fourth = branch(seen, filters.pooled, 1, "4.1");
    return concatenate({first, second, third, fourth}, name);
}
// [module]

namespace {

// [head]
/// A small classifier on a map in the middle of the network.
Node head(const GoogLeNet& net, Node x, const std::string& name) {
    x = net.layers.normalise ? adaptive_average_pool(x, 4, name + ".avgpool")
                             : avg_pool(x, {.kernel = 5, .stride = 3}, name + ".avgpool");
    x = layer(x, {.filters = 128, .kernel = 1}, net.layers, name + ".conv");
    x = dropout(relu(dense(x, 1024, name + ".fc1"), name + ".relu"), 0.7, name + ".dropout");
    return dense(x, net.classes, name + ".fc2");
}
// [head]

void require_sizes(const GoogLeNet& net) {
    require(net.classes >= 1, "googlenet: ", net.classes, " classes; there must be at least 1");
    require(net.last_pooling == 2 || net.last_pooling == 3, "googlenet: a last pooling of ", net.last_pooling,
            " rows; it is 2 or 3");
    const int whole = net.last_pooling == 3 ? 47 : 31;  // each pooling's windows must fit
    const int least = net.auxiliary && !net.layers.normalise ? 79 : whole;
    require(net.input >= least, "googlenet: the image has ", net.input,
            " rows; a convolution and four poolings halve it, so it needs at least ", least);
}

}  // namespace

// [googlenet]
Classifier googlenet(Graph& graph, const GoogLeNet& net) {
    require_sizes(net);
    const Node image = graph.input({.h = net.input, .w = net.input, .c = 3}, "image");
    const auto pool = [](Node x, int kernel, const char* name) {
        return max_pool(x, {.kernel = kernel, .stride = 2, .ceil = true}, name);
    };
    const auto compete = [&](Node x, const char* name) {
        return net.layers.normalise ? x : local_response(x, {}, name);
    };
    const auto module = [&](Node x, const Inception& filters, const char* name) {
        return inception(x, filters, name, net.layers);
    };

    Node x = layer(image, {.filters = 64, .kernel = 7, .stride = 2}, net.layers, "conv1");
    x = compete(pool(x, 3, "maxpool1"), "norm1");
    x = layer(x, {.filters = 64, .kernel = 1}, net.layers, "conv2");
    x = compete(layer(x, {.filters = 192, .kernel = 3}, net.layers, "conv3"), "norm2");
    x = pool(x, 3, "maxpool2");
    x = module(x, {64, 96, 128, 16, 32, 32}, "inception3a");
    x = module(x, {128, 128, 192, 32, 96, 64}, "inception3b");
    x = pool(x, 3, "maxpool3");
    x = module(x, {192, 96, 208, 16, 48, 64}, "inception4a");
    const Node first = x;
    x = module(x, {160, 112, 224, 24, 64, 64}, "inception4b");
    x = module(x, {128, 128, 256, 24, 64, 64}, "inception4c");
    x = module(x, {112, 144, 288, 32, 64, 64}, "inception4d");
    const Node second = x;
    x = module(x, {256, 160, 320, 32, 128, 128}, "inception4e");
    x = pool(x, net.last_pooling, "maxpool4");
    x = module(x, {256, 160, 320, 32, 128, 128}, "inception5a");
    x = module(x, {384, 192, 384, 48, 128, 128}, "inception5b");
    x = dropout(global_average_pool(x, "avgpool"), net.dropout, "dropout");
    const Node logits = dense(x, net.classes, "fc");  // one dense layer is left (A3)
    softmax(logits, "probabilities");
    if (!net.auxiliary) return {image, {}, logits, {}};

    const Node labels = graph.input({}, "labels");
    softmax_cross_entropy(head(net, first, "aux1"), labels, "aux1.loss");
    softmax_cross_entropy(head(net, second, "aux2"), labels, "aux2.loss");
    return {image, labels, logits, softmax_cross_entropy(logits, labels, "loss")};
}
// [googlenet]

}  // namespace cnn
