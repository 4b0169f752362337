#pragma once
/// @file  Pictures in which it is known where each thing is: what explanations are shown on, and scored by.
///
/// A *scene* is a canvas with garments of Fashion-MNIST at random places among scraps of other garments.  A
/// *grid* sets garments of different classes side by side.  Same seed, same pixels.
#include <cstdint>
#include <vector>

#include "common/files/dataset.hpp"
#include "common/training/training.hpp"
#include "receptive_field.hpp"

namespace cnn {

/// A garment in a picture: its class, and the smallest box around its pixels.
struct Placed {
    int label;
    Region box;
};

struct Scene {
    Tensor picture;  ///< (1, h, w, 1), from 0 to 1
    std::vector<Placed> garments;
};

struct SceneOptions {
    int side = 56;     ///< of the canvas, in pixels
    int garments = 1;  ///< of different classes, none over another
    int scraps = 8;    ///< pieces of 6x6 to 12x12 pixels of other garments
};

/// Error: a canvas on which the garments do not fit.
Scene scene(const Dataset& garments, std::uint64_t seed, const SceneOptions& options = {});

/// `count` scenes of one garment each, to train with: scene i has seed first + i.
Examples scene_examples(const Dataset& garments, int count, std::uint64_t first, int side = 56);

/// n x n garments, row by row: `which` are n n indices into the data set.  A garment's box is its whole cell.
Scene grid(const Dataset& garments, const std::vector<int>& which);

/// 61,546 parameters that find a garment in a picture of any size: four convolutions with ReLU, a maximum,
/// global average pooling, one dense layer.  The shipped weights, data/garment_finder.safetensors, were
/// trained on scenes of 56x56.  Nodes: image, normalise, conv1 ... relu4 (the last maps, a quarter of the
/// size), pooled, fc (the logits), probabilities, labels, loss.
Classifier garment_finder(Graph& graph, Extent size = 56);

/// How data/garment_finder.safetensors was trained, on scene_examples(the training garments, 30000, 1).
TrainingOptions garment_finder_training();

}  // namespace cnn
