#pragma once
/// @file  The same function of every number of a map, a register at a time, wherever its pixels lie.
#include "common/kernels/elementwise.hpp"
#include "common/machine/simd.hpp"

namespace cnn {

/// y = f(x...), f on vectors, for views of one shape; y may be any of them.
template <class Function, class... Views>
void map_lanes(MutableView y, const Function& f, const Views&... x) {
    const Runs runs(y.shape, y, x...);
    for_each_row(y.shape, [&](int r) {
        for (int run = 0; run < runs.count; ++run) {
            real* to = y.row(r).pixel(0, 0, run);
            const auto walk = [&](auto*... from) {
                int i = 0;
                for (; i + simd::lanes <= runs.length; i += simd::lanes)
                    f(simd::vec::load(from + i)...).store(to + i);
                if (const int left = runs.length - i; left > 0)
                    f(simd::vec::load_first(left, from + i)...).store_first(left, to + i);
            };
            walk(x.row(r).pixel(0, 0, run)...);
        }
    });
}

}  // namespace cnn
