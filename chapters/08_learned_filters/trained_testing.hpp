#pragma once
/// @file  LeNet-5 as trained and as it starts, and the garments that it is shown.
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "learned_filters.hpp"
#include "lenet.hpp"

namespace cnn {

struct Lenet {
    Graph graph;
    Classifier net = lenet5(graph);
    Weights trained = load_weights(data_folder() / "lenet5.safetensors", graph);
    Weights untrained = initialise(graph, 1);
    Dataset garments = shown_garments();

    /// The five garments that excite each unit of a node the most.
    Strongest best_five(const Weights& weights, const char* node) {
        return optimized::strongest(maps_of(weights, net.image, graph[node], garments.images), 5);
    }
};

/// The layers whose units are asked, from the image on.
inline constexpr const char* lenet_depths[] = {"relu1", "relu2", "relu3", "relu4", "fc3"};

}  // namespace cnn
