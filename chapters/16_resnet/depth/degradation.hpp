#pragma once
/// @file  Twenty layers against fifty-six, plain and residual (slide s-20; He et al. 2016, figures 1 and 6).
#include "common/training/training_log.hpp"

namespace cnn {

class Report;

/// The log of a brief training on CIFAR-10, of 20 or 56 layers, with skips or plain; they ship with the book.
TrainingLog brief_training(int depth, bool skips);

/// What the tour draws of all four.
void degradation(Report& report);

}  // namespace cnn
