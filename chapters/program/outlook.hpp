#pragma once
/// @file  All networks of the lecture side by side: what was published of their accuracy, over what they cost
/// as counted here.
#include <functional>
#include <vector>

#include "common/book/published.hpp"
#include "common/report/report.hpp"

namespace cnn::program {

/// A published accuracy with the counts of the network that this book builds.
struct Weighed {
    Published published;
    std::int64_t parameters = 0,
                 multiply_adds = 0;  ///< of one picture of the size that the accuracy was measured with

    /// What the best weights give that one can have: torchvision's, the later ones where they are better.
    double best() const;
};
std::vector<Weighed> weighed_networks();

/// The most accurate network with weights that costs at most so much; null: all cost more.
const Weighed* best_within(const std::vector<Weighed>& all, std::int64_t Weighed::*cost, std::int64_t most);

/// The end of the whole tour: the chart of accuracy over multiply-adds, and the tables of the book's page on
/// which network to take.
void walk_networks(Report& report);

}  // namespace cnn::program
