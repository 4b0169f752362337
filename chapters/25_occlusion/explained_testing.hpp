#pragma once
/// @file  Small networks whose explanations can be worked out by hand.
#include "common/files/data_folder.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "finder.hpp"
#include "lenet.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"

namespace cnn {

/// Sets all weights to small integers, so that every map is exact.
inline void set_integers(Explainable& e, std::uint64_t seed = 5) {
    e.weights = initialise(e.graph, 1);
    for (const Parameter& p : e.graph.parameters()) e.weights.set(p.name, small_integers(p.shape, seed++));
}

/// conv 3x3 with ReLU, global average pooling, a dense layer: (size, size, channels) to 3 classes.
inline std::unique_ptr<Explainable> averaging_net(int size = 8, int channels = 2) {
    auto e = std::make_unique<Explainable>();
    const Node image = e->graph.input({.h = size, .w = size, .c = channels}, "image");
    const Node x = relu(conv(image, {.filters = 4, .kernel = 3, .padding = 1}, "conv"), "relu");
    const Node logits = dense(global_average_pool(x, "pooled"), 3, "fc");
    e->net = {image, {}, logits, {}};
    set_integers(*e);
    return e;
}

/// LeNet-5 with the shipped weights.
inline std::unique_ptr<Explainable> shipped_lenet() {
    auto e = std::make_unique<Explainable>();
    e->net = lenet5(e->graph);
    e->weights = load_weights(data_folder() / "lenet5.safetensors", e->graph);
    return e;
}

}  // namespace cnn
