#pragma once
/// @file  s-01: what learned features cost and what they stand, measured for chapter 01's tables.
#include <string>
#include <vector>

#include "common/training/training.hpp"
#include "learned_log.hpp"

namespace cnn {

/// A trained network, and how its pictures are prepared (nothing: as they are).
struct LearnedNet {
    std::string name;
    Graph* graph;
    Classifier net;
    TrainingOptions training;
    void (*prepare)(Tensor& images);
};

/// Accuracy of the weights that data/ ships, on these images under each disturbance.
std::vector<std::pair<std::string, double>> disturbed(const LearnedNet& learned, const Dataset& some);

/// All of its log.  The seconds are those of an epoch over the first 1,000 training images, times epochs and
/// thousands; `counts` images train it anew, in 600 steps at least.
LearnedLog learned_log(const LearnedNet& learned, const Dataset& train, const Dataset& test,
                       const std::vector<int>& counts);

/// LeNet-5 on garments, ResNet-20 on photographs; the graph must live as long.
LearnedNet learned_lenet(Graph& graph);
LearnedNet learned_resnet(Graph& graph);

}  // namespace cnn
