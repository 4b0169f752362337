#pragma once
/// @file  A network, examples and a checkpoint so small that tests train them a hundred times.
#include <filesystem>
#include <string>

#include "common/base/random.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"

namespace cnn::tiny_training {

namespace fs = std::filesystem;

// A network of every kind of layer that LeNet has, for 6x6 images in three classes.
inline Classifier tiny(Graph& graph) {
    const Node image = graph.input({.h = 6, .w = 6, .c = 1}, "image");
    Node x = relu(conv(image, {.filters = 4, .kernel = 3, .padding = 1}, "conv1"));
    x = max_pool(x, {.kernel = 2, .stride = 2}, "pool1");
    const Node logits = dense(x, 3, "fc1");
    const Node labels = graph.input({}, "labels");
    return {image, labels, logits, softmax_cross_entropy(logits, labels)};
}

// A bright stroke: lying, standing or none, in noise.
inline Examples strokes(int count, std::uint64_t seed) {
    Examples all{normal_numbers({.n = count, .h = 6, .w = 6}, seed), Tensor({.n = count})};
    Random random(seed);
    for (int n = 0; n < count; ++n) {
        const int label = random.below(3), at = random.below(6);
        all.labels(n, 0, 0, 0) = real(label);
        for (int k = 0; k < 6 && label < 2; ++k)
            (label == 0 ? all.images(n, at, k, 0) : all.images(n, k, at, 0)) += 3;
    }
    return all;
}

// A file of this test alone, gone afterwards.
struct Checkpoint {
    fs::path path = fs::temp_directory_path() /
                    ("cnn_training_test_" + std::to_string(fs::hash_value(fs::current_path())) + "_" +
                     std::to_string(++count));
    Checkpoint() { fs::remove(path); }
    ~Checkpoint() { fs::remove(path); }
    Checkpoint(const Checkpoint&) = delete;
    Checkpoint& operator=(const Checkpoint&) = delete;
    static inline int count = 0;
};

struct Interruption {};

struct Task {
    Graph graph;
    Classifier net = tiny(graph);
    Examples training = strokes(50, 1), test = strokes(30, 2);
    TrainingOptions options{.epochs = 4, .batch = 8, .rate = 0.1};

    TrainingState run(const fs::path& checkpoint = {}, const TrainingListener& listener = {}) const {
        return train(graph, net, training, test, options, checkpoint, listener);
    }
};

inline bool same(const TrainingState& a, const TrainingState& b) {
    return a.weights == b.weights && a.velocity == b.velocity && a.history == b.history;
}

}  // namespace cnn::tiny_training
