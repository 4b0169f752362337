#pragma once
/// @file  The Error for what this machine lacks: a data set, a program.  A tour goes on without it.
#include "common/base/error.hpp"

namespace cnn {

class Missing : public Error {
public:
    using Error::Error;
};

}  // namespace cnn
