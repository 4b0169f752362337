#pragma once
/// @file  Operations that can be asked for a few places of their output alone.
#include <optional>
#include <vector>

#include "common/graph/operation.hpp"

namespace cnn {

/// What an operation may be beside an Operation: one that computes from windows that were cut out of its
/// first input.  So a caller that needs only some units of the output pays for these.
class WindowOperation {
public:
    virtual ~WindowOperation() = default;

    struct OnWindows {
        /// What a window must hold where it reaches beyond the map.
        real beyond = 0;
        /// From m windows, one under another as (1, m kh, kw, c), and m pixels of every other input, as
        /// (1, m, 1, c), to m pixels of the output.  Any m; all are contiguous, and a window's taps lie side
        /// by side whatever the dilation.  May be called from several threads.
        Operation::Prepared call;
    };
    /// Weights are packed once, so the parameters must live as long as the result.  Nothing where the
    /// operation with these options cannot.
    virtual std::optional<OnWindows> on_windows(const std::vector<View>& parameters) const = 0;
};

}  // namespace cnn
