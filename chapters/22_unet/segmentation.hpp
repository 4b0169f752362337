#pragma once
/// @file  A small U-Net that finds garments among scraps: what it learns from, and how it is judged.
#include "common/files/dataset.hpp"
#include "common/training/training.hpp"
#include "scenes/scenes.hpp"

namespace cnn {

/// The class of a pixel of a garment of Fashion-MNIST's class `label`: one of those that
/// class_names(DataSet::garment_scenes) has, in which pullovers, coats and shirts are one.
int kind_of(int label);
/// Kinds of a scene's pixels from its mask.
Tensor kinds(View mask);

/// 88,534 parameters on four levels, padded and normalised, so that the output is as large as the picture,
/// whose sides must be multiples of 8.  Nodes: those of unet, labels (a class for every pixel), loss.
Classifier unet_small(Graph& graph, Extent size = 64, int classes = 6);

/// Scene i has seed first + i; every second one has two garments.
Examples masked_scenes(const Dataset& garments, int count, std::uint64_t first);

/// How data/unet_small.safetensors is trained, on unet_small_scenes.
TrainingOptions unet_small_training();
/// 12,000 scenes of training garments, or 1,000 of test garments.
Examples unet_small_scenes(const Dataset& garments, Part part);

/// Of each class: pixels that are and are called so, over pixels that are or are called so.  counts[true][
/// predicted], as confusion_matrix has it.  A class that is neither anywhere has 1.
std::vector<double> intersection_over_union(const std::vector<std::vector<int>>& counts);
/// The mean over the classes.
double mean_intersection_over_union(const std::vector<std::vector<int>>& counts);

}  // namespace cnn
