#pragma once
/// @file  One step of the ascent, the same for both implementations.
#include "class_model.hpp"

namespace cnn {

void require_class_model(const Classifier& net, const std::vector<int>& labels, const ClassModel& options);

/// What the network is shown at a step: mean + I, moved by the step's jitter.
Tensor shown(View pictures, const ClassModel& options, int step);

/// I += rate (dS - lambda d norm), the gradient moved back; then the blur, at its steps.
void ascend(Tensor& pictures, View gradient, const ClassModel& options, int step);

/// mean + I.
Tensor with_mean(View pictures, const ClassModel& options);

}  // namespace cnn
