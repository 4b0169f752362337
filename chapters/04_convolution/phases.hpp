#pragma once
/// @file  The convolution backwards: each output spread over the inputs it came from, yet without scattering.
///
/// Input pixels whose place leaves the same remainder by the stride are reached by the same taps.  They are
/// themselves a convolution of stride 1, with these taps in reverse; so stride * stride convolutions do it
/// all.
#include <vector>

#include "direct.hpp"

namespace cnn::optimized {

/// One phase along one axis: output o reaches input o stride - padding + m dilation by tap m, and the phase's
/// inputs are those where input + padding leaves the remainder `phase` by the stride.
struct AxisPhase {
    int pixel;            ///< the phase's first input pixel
    int tap, step, taps;  ///< the taps that reach it: tap, tap + step, ...
    int dilation;         ///< outputs between two of them
    int before;  ///< outputs that the last of them, the first in reverse, looks back from pixel's index 0

    AxisPhase(int phase, int kernel, int stride, int padding, int tap_dilation);
};

/// A layer's filters w, (kh, kw, c_in / groups, c_out), packed for the way back from c_out to c_in channels.
class TransposedFilters {
public:
    /// As PackedFilters, fastest for dx with lines of about `line` pixels.
    TransposedFilters(View w, Extent stride, Sides padding, int groups = 1, Extent dilation = 1,
                      int line = 56);

    struct Phase {
        int top, left;  ///< the first pixel of this phase; every stride-th belongs to it
        WindowGeometry reach;
        std::vector<PackedFilters> filters;  ///< one bank, or none where no tap reaches
    };
    const std::vector<Phase>& phases() const { return phases_; }
    Extent stride() const { return stride_; }

private:
    Extent stride_;
    std::vector<Phase> phases_;
};

/// dx = b + the gradient of the layer's input for dy, then max(dx, 0) if asked; a transposed convolution,
/// that is.
void transposed(View dy, const TransposedFilters& w, const real* b, bool relu, MutableView dx);

}  // namespace cnn::optimized
