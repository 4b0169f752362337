#pragma once
/// @file  s-22 as an experiment: pretrained on five garments, transferred to the other five, with few images
/// of each.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "transfer_learning.hpp"

namespace cnn {

/// The network of the experiment: four convolutions, and one dense layer on the last maps, 3,136 features of
/// a garment.  Nodes: image (grey from 0 to 1, or colour in a network's units), conv1, conv2, pool (where the
/// last stage begins), conv3, conv4, relu4 (the features), fc (the logits), probabilities, labels, loss.
Classifier feature_network(Graph& graph, int classes = 5, const Shape& image = {.h = 28, .w = 28});

/// Images of those classes alone, labelled by their place in the list; `count` of each, drawn from the seed,
/// or all where it is 0.  Error: fewer images of a class.
Dataset of_classes(const Dataset& all, const std::vector<int>& classes, int count = 0,
                   std::uint64_t seed = 1);

/// How the network is pretrained: on all images of garments 0 to 4.
TrainingOptions pretraining();

/// One way to learn the new classes.
struct Way {
    const char* name;
    bool pretrained;  ///< begins with the old classes' weights, but for the last layer
    const char* cut;  ///< what lies behind it learns
    int steps = 50;   ///< of 25 images each
};
/// From scratch; the same for six times as long; on frozen features; the last stage; all layers.
const std::vector<Way>& ways();

/// What a network is taught, and what it knows.
struct Task {
    const Classifier& net;
    const Weights& pretrained;
    const Dataset& training;  ///< the new classes' images, to draw from
    const Examples& test;     ///< the images on which the result is measured
};

/// What one training came to.
struct Lesson {
    std::string way;
    int images = 0;  ///< of each class
    std::uint64_t seed = 0;
    double accuracy = 0;  ///< on all test images
    /// After each epoch: the seconds so far, with those for features (of the watched images, too) and without
    /// evaluation, and the accuracy.
    std::vector<double> seconds = {}, accuracies = {};
};

/// Learns from `images` of each class.  The seed draws the images, the new weights and their
/// order.  With `watched` images the accuracy on them is noted after every epoch.
Lesson learn(const Task& task, const Way& way, int images, std::uint64_t seed, int watched = 1);

/// Garments 5 to 9 in all ways with 10, 50 and 250 images a class, five seeds each, the first one watched;
/// `done` hears of every lesson.  Errors: no Fashion-MNIST.
std::vector<Lesson> learn_garments(const Weights& pretrained,
                                   const std::function<void(int done, int all)>& listener = {});

/// CIFAR-10's ten classes with 10 photographs each, five seeds: the network above from scratch, and a linear
/// layer on the averaged features of SqueezeNet 1.1, which learned ImageNet's thousand.  Measured on the
/// first `tested` test photographs.  Errors: no photographs, no such weights.
std::vector<Lesson> learn_photographs(const std::filesystem::path& cifar10,
                                      const std::filesystem::path& squeezenet, int tested = 2000,
                                      const std::function<void(int done, int all)>& listener = {});

/// A log of lessons as JSON; the file appears whole or not at all.
void write_lessons(const std::filesystem::path& file, const std::vector<Lesson>& lessons);
/// Errors: no such file, no such log.
std::vector<Lesson> read_lessons(const std::filesystem::path& file);

/// Mean and standard deviation (of n - 1).  Error: fewer than two numbers.
struct Spread {
    double mean = 0, deviation = 0;
};
Spread spread(const std::vector<double>& numbers);
/// Of the accuracies of the lessons of one way with so many images.
Spread spread(const std::vector<Lesson>& lessons, const std::string& way, int images);

}  // namespace cnn
