#pragma once
/// @file  Whether a map holds numbers only.
#include "common/kernels/elementwise.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// No number is infinite and none is NaN.
inline bool all_finite(View x) {
    const Runs runs(x.shape, x);
    for (int r = 0; r < x.rows(); ++r)
        for (int run = 0; run < runs.count; ++run) {
            const real* a = x.row(r).pixel(0, 0, run);
            int others = 0;
            for (int i = 0; i < runs.length; ++i) others |= int(a[i] - a[i] != 0);
            if (others != 0) return false;
        }
    return true;
}

}  // namespace cnn
