#pragma once
/// @file  The same function of every number of a map, or of a pair of maps, wherever their pixels lie.
#include <cstdint>

#include "common/machine/parallel.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Calls body(r) for every row of pixels, on all threads where there are enough numbers for that.
template <class Body>
void for_each_row(const Shape& shape, const Body& body) {
    constexpr std::int64_t worth_sharing = 1 << 15;
    const int rows = shape.n * shape.h;
    if (shape.size() < worth_sharing)
        for (int r = 0; r < rows; ++r) body(r);
    else
        parallel_for(rows, body);
}

/// A row of pixels as runs of numbers that lie side by side: one run, or one for each pixel.
struct Runs {
    int count, length;
    template <class... Views>
    explicit Runs(const Shape& shape, const Views&... views) : count(shape.w), length(shape.c) {
        if (((views.pixel_pitch == shape.c) && ...)) count = 1, length = shape.w * shape.c;
    }
};

/// y = f(x), for views of one shape; y may be x.
template <class Function>
void map_numbers(View x, MutableView y, const Function& f) {
    const Runs runs(y.shape, x, y);
    for_each_row(y.shape, [&](int r) {
        const View from = x.row(r);
        const MutableView to = y.row(r);
        for (int run = 0; run < runs.count; ++run) {
            const real* a = from.pixel(0, 0, run);
            real* out = to.pixel(0, 0, run);
            for (int i = 0; i < runs.length; ++i) out[i] = f(a[i]);
        }
    });
}

/// y = f(p, q), for views of one shape; y may be either.
template <class Function>
void map_numbers(View p, View q, MutableView y, const Function& f) {
    const Runs runs(y.shape, p, q, y);
    for_each_row(y.shape, [&](int r) {
        const View first = p.row(r), second = q.row(r);
        const MutableView to = y.row(r);
        for (int run = 0; run < runs.count; ++run) {
            const real *a = first.pixel(0, 0, run), *b = second.pixel(0, 0, run);
            real* out = to.pixel(0, 0, run);
            for (int i = 0; i < runs.length; ++i) out[i] = f(a[i], b[i]);
        }
    });
}

}  // namespace cnn
