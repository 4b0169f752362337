#pragma once
/// @file  The networks that the program knows by name.
#include <string>
#include <vector>

#include "common/training/training.hpp"

namespace cnn::program {

struct Network {
    const char* name;
    const char* about;
    /// Fills an empty graph.  A network that is not trained here leaves labels and loss unset.
    Classifier (*build)(Graph&);
    /// How `cnn train` trains it; null where it does not.
    TrainingOptions (*training)() = nullptr;
};

const std::vector<Network>& networks();

/// The network of that name; an Error lists those there are, or those that can be trained.
const Network& network(const std::string& name);
const Network& trainable_network(const std::string& name);

}  // namespace cnn::program
