#pragma once
/// @file  What the tour tells of features beside each other: pixels, oriented gradients, and those that are
/// learned.
#include "common/files/dataset.hpp"
#include "common/report/report.hpp"

namespace cnn {

/// On Fashion-MNIST: accuracy and cost, images needed, disturbances.
void compare_on_garments(Report& report, Dataset train, Dataset test);

/// On CIFAR-10, where $CNN_CIFAR10 names its folder; otherwise only what is logged of it.
void compare_on_photographs(Report& report);

}  // namespace cnn
