#pragma once
/// @file  One way to do a piece of work, made ready so that only the work itself is timed.
#include <functional>
#include <string>

#include "common/tensor/tensor.hpp"

namespace cnn::bench {

struct Work {
    std::function<void()> run;
    /// What the last run gave, in this library's layout: all ways of one work must agree.  May be empty.
    std::function<Tensor()> result;
};

}  // namespace cnn::bench
