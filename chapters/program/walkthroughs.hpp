#pragma once
/// @file  What the tour can walk through.
#include <vector>

namespace cnn {

class Report;

namespace program {

struct Walkthrough {
    const char* number;
    const char* title;
    void (*walk)(Report&);
};

/// In the lecture's order.
const std::vector<Walkthrough>& walkthroughs();

}  // namespace program
}  // namespace cnn
