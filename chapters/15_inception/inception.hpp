#pragma once
/// @file  s-19: the Inception module of GoogLeNet.
///
/// Szegedy et al., "Going deeper with convolutions", 2014, table 1.  Names are torchvision's.
#include "concatenation.hpp"

namespace cnn {

/// One row of the table: filters of the four branches and of the 1x1 layers that shrink what they read.
struct Inception {
    int one, three_reduced, three, five_reduced, five, pooled;
};

/// 1x1; 1x1 then 3x3; 1x1 then 5x5; pooling then 1x1: four branches, side by side.  Nodes: name.branch1,
/// name.branch2.0 and .1, name.branch3.0 and .1, name.branch4.1, and name for the concatenation.
Node inception(Node x, const Inception& filters, const std::string& name);

}  // namespace cnn
