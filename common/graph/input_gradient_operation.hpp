#pragma once
/// @file  Operations whose way back to their inputs can be made ready once.
#include <functional>
#include <vector>

#include "common/graph/operation.hpp"

namespace cnn {

/// What an operation may be beside an Operation: one that prepares the walk back as `prepare` does the walk
/// forward, for whoever differentiates the same network again and again.
class InputGradientOperation {
public:
    virtual ~InputGradientOperation() = default;

    /// Writes the input gradients that a call asks for; no parameter may be asked for.
    using PreparedBackward = std::function<void(const Backward&)>;
    /// The parameters must live as long as the result, unchanged.  Same bits as Operation::backward on
    /// optimized kernels in inference.
    virtual PreparedBackward prepare_backward(const Shapes& inputs,
                                              const std::vector<View>& parameters) const = 0;
};

}  // namespace cnn
