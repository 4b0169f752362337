// Both LeNets, written as their tables read.
#include "convolution.hpp"
#include "lenet.hpp"
#include "padding.hpp"
#include "pooling.hpp"

namespace cnn {

// [lenet5]
Classifier lenet5(Graph& graph, int side, int classes) {
    const Node image = graph.input({.h = side, .w = side, .c = 1}, "image");
    Node x = rescale(image, 1 / garment_deviation, -garment_mean / garment_deviation, "normalise");
    x = relu(conv(x, {.filters = 6, .kernel = 5, .padding = 2}, "conv1"), "relu1");
    x = max_pool(x, {.kernel = 2, .stride = 2}, "pool1");
    x = relu(conv(x, {.filters = 16, .kernel = 5}, "conv2"), "relu2");
    x = max_pool(x, {.kernel = 2, .stride = 2}, "pool2");
    x = relu(dense(x, 120, "fc1"), "relu3");  // sees the 5x5x16 map whole: flattening is no work
    x = relu(dense(x, 84, "fc2"), "relu4");
    const Node logits = dense(x, classes, "fc3");
    const Node labels = graph.input({}, "labels");
    const Node loss = softmax_cross_entropy(logits, labels, "loss");
    softmax(logits, "probabilities");
    return {image, labels, logits, loss};
}
// [lenet5]

Classifier with_loss(Node image, Node logits) {
    Graph& graph = *image.graph;
    const Node labels = graph.input({}, "labels");
    const Node loss = softmax_cross_entropy(logits, labels, "loss");
    softmax(logits, "probabilities");
    return {image, labels, logits, loss};
}

const Connections& c3_table() {
    // [c3]
    static const Connections table = {{0, 1, 2},         {1, 2, 3},    {2, 3, 4},
                                      {3, 4, 5},         {0, 4, 5},    {0, 1, 5},  // three in a row
                                      {0, 1, 2, 3},      {1, 2, 3, 4}, {2, 3, 4, 5},
                                      {0, 3, 4, 5},      {0, 1, 4, 5}, {0, 1, 2, 5},  // four in a row
                                      {0, 1, 3, 4},      {1, 2, 4, 5}, {0, 2, 3, 5},  // two and two
                                      {0, 1, 2, 3, 4, 5}};
    // [c3]
    return table;
}

// [lenet5_1998]
Classifier lenet5_1998(Graph& graph) {
    const Initialiser within_c5{Initialiser::Kind::uniform, 2.4 / 400};
    const Initialiser within_f6{Initialiser::Kind::uniform, 2.4 / 120};

    // Paper white becomes -0.1 and ink 1.175; a frame of white makes 28x28 pixels 32x32.
    const Node image = graph.input({.h = 28, .w = 28, .c = 1}, "image");
    Node x = rescale(image, 1.275, -0.1, "normalise");
    x = pad(x, {.sides = 2, .value = real(-0.1)}, "frame");
    x = squash(conv(x, {.filters = 6, .kernel = 5}, "c1"));
    x = squash(subsample(x, "s2"));
    x = squash(partial_conv(x, 5, c3_table(), "c3"));
    x = squash(subsample(x, "s4"));
    x = squash(dense(x, 120, "c5", {.initialiser = within_c5}));  // "conv 5x5" on a 5x5 map: dense (E17)
    x = squash(dense(x, 84, "f6", {.initialiser = within_f6}));
    const Node output = rbf(x, garment_codes(), "output");
    const Node labels = graph.input({}, "labels");
    const Node loss = map_loss(output, labels, "loss");
    const Node scores = rescale(output, -1, 0, "scores");  // the nearest drawing has the largest score
    return {image, labels, scores, loss};
}
// [lenet5_1998]

TrainingOptions lenet5_training() {
    return {.epochs = 10, .batch = 64, .rate = 0.02, .momentum = 0.9, .decay = 0.0005};
}

TrainingOptions lenet5_1998_training() {
    return {.epochs = 12, .batch = 16, .rate = 0.0005, .momentum = 0.9};
}

}  // namespace cnn
