#pragma once
/// @file  s-02: the winners of ILSVRC's classification task, each figure with what it was measured on.
#include <string>
#include <vector>

namespace cnn {

/// A figure of the lecture's bar chart.
struct Winner {
    int year;
    std::string team;
    double top5;           ///< error in percent on the hidden test images: none of the five answers was right
    bool learned;          ///< its features, from pixels
    std::string protocol;  ///< what stood behind the figure
};

/// 2010 to 2015 (Russakovsky et al. 2015, and the competition's pages of results).
const std::vector<Winner>& ilsvrc_winners();

}  // namespace cnn
