#pragma once
/// @file  The network on which this part of the book shows what networks look at, and the scenes it learns
/// from.
#include <memory>

#include "common/training/training.hpp"
#include "scenes/scenes.hpp"

namespace cnn {

/// 61,546 parameters that find a garment in a picture of any size: four convolutions with ReLU, a maximum,
/// global average pooling, one dense layer.  Nodes: image, normalise, conv1 ... relu4 (the last maps, a
/// quarter of the size), pooled, fc (the logits), probabilities, labels, loss.
Classifier garment_finder(Graph& graph, Extent size = 64);

/// A network with its weights; it stays where it is, as nodes point into its graph.
struct Explainable {
    Graph graph;
    Classifier net;
    Weights weights;
};
/// The garment finder with the shipped weights.
std::unique_ptr<Explainable> trained_finder(Extent size = 64);

/// The scene that the chapters' figures show: two of the garments in data/ that the finder sees, on 72x72.
Scene shown_scene();

/// How data/garment_finder.safetensors is trained, on finder_pictures.
TrainingOptions garment_finder_training();
/// 50,000 scenes of training garments, half of them pairs, or 2,000 of one test garment each.
Dataset finder_pictures(const Dataset& garments, Part part);

}  // namespace cnn
