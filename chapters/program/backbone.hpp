#pragma once
/// @file  A trained network with a new end for other classes.
#include <filesystem>
#include <memory>
#include <string>

#include "common/book/network.hpp"

namespace cnn::program {

/// Stays where it is: nodes point into its graph.
struct Backbone {
    const Network* network = nullptr;
    std::filesystem::path file;  ///< of the weights that it had
    Graph graph;
    Classifier net;   ///< with as many classes as asked, labels and a loss
    Weights weights;  ///< the last layer's are new
};

/// Errors, each one line: no such network (nearest names), one that names every pixel or has no other numbers
/// of classes, no weights or those of another network.
std::unique_ptr<Backbone> backbone(const std::string& net, const std::filesystem::path& weights, int classes,
                                   std::uint64_t seed);

/// The names of the classes that the weights' file gives in its metadata; empty where it gives none.
std::vector<std::string> classes_of(const std::filesystem::path& weights);

}  // namespace cnn::program
