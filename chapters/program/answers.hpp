#pragma once
/// @file  What `cnn explain` asks of the methods, and what they answer.
#include <optional>

#include "methods.hpp"
#include "program/subject.hpp"
#include "program/sweep_gain.hpp"

namespace cnn::program {

struct Asked {
    std::string methods = "grad-cam";  ///< names between commas, or "all": those of the slides
    std::string layer;
    std::optional<int> patch, stride;
};

struct Answer {
    std::string method;
    int label = 0;
    std::string name;  ///< of the class
    double probability = 0;
    Explanation map;
    Tensor drawn = {};                   ///< a class model: a picture and no map of the user's
    std::optional<SweepGain> gain = {};  ///< of occlusion's first sweep
};

/// Every method for every class, classes outermost.  With "all", class activation maps are left out where a
/// network has none.  Errors: unknown methods and layers (nearest names), a layer where no method asks for
/// one.
std::vector<Answer> answer(const Subject& subject, const Asked& asked, const std::vector<int>& classes,
                           const std::vector<std::string>& labels);

}  // namespace cnn::program
