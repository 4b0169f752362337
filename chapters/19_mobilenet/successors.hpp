#pragma once
/// @file  s-21: MobileNet V2 and Xception, for the tour and for the registry.
#include <vector>

#include "common/book/network.hpp"
#include "common/report/report.hpp"

namespace cnn {

std::vector<Network> successors();
/// The part of `cnn tour 19` about them.
void walk_successors(Report& report);

}  // namespace cnn
