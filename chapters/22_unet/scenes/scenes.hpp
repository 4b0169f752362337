#pragma once
/// @file  Pictures in which it is known where each thing is: what segmentations learn from, and what
/// explanations are shown on and scored by.
///
/// A *scene* is a canvas with garments of Fashion-MNIST at random places among scraps of other garments.  A
/// *grid* sets garments of different classes side by side.  Same seed, same pixels.
#include <cstdint>
#include <vector>

#include "common/files/dataset.hpp"
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
    Tensor mask;  ///< like the picture: 0 for the background, 1 + its class for a garment's own pixels
};

struct SceneOptions {
    int side = 64;     ///< of the canvas, in pixels
    int garments = 1;  ///< of different classes, none over another
    int scraps = 8;    ///< pieces of 6x6 to 12x12 pixels of other garments
};

/// Error: a canvas on which the garments do not fit.
Scene scene(const Dataset& garments, std::uint64_t seed, const SceneOptions& options = {});

/// `count` scenes as a data set: scene i has seed first + i, and its label is its first garment's class. With
/// `pairs` every second scene holds two garments, so that a network trained on them learns to name either.
Dataset scene_pictures(const Dataset& garments, int count, std::uint64_t first,
                       const SceneOptions& options = {}, bool pairs = false);

/// n x n garments, row by row: `which` are n n indices into the data set.  A garment's box is its whole cell.
Scene grid(const Dataset& garments, const std::vector<int>& which);

}  // namespace cnn
