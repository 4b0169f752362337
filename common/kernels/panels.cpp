// A matrix into the order in which the product reads it.  Training packs the filters twice a step, once as
// they are and once transposed.
#include <algorithm>

#include "common/base/range.hpp"
#include "common/kernels/product.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

using simd::lanes, simd::vec;

namespace {

// [transpose]
// to[r][f] = from[f][r], a vector of each.
void transpose(const real* from, std::ptrdiff_t from_pitch, real* to, std::ptrdiff_t to_pitch) {
    vec square[lanes];
    for (int f = 0; f < lanes; ++f) square[f] = vec::load(from + f * from_pitch);
    simd::transpose(square);
    for (int r = 0; r < lanes; ++r) square[r].store(to + r * to_pitch);
}
// [transpose]

// The first `count` of numbers so far apart; then zeros.
vec gather(int count, const real* from, std::ptrdiff_t pitch) {
    if (pitch == 1) return count == lanes ? vec::load(from) : vec::load_first(count, from);
    vec numbers{};
    for (int i = 0; i < count; ++i) numbers.v[i] = from[i * pitch];
    return numbers;
}

}  // namespace

Panels::Panels(const Matrix& b) : Panels(b.rows, b.columns) { pack(b, 0); }

Panels Panels::in_place(const Matrix& b) {
    if (b.column_pitch != 1) return Panels(b);
    Panels panels(b.rows, b.columns);
    panels.data_ = b.data;
    panels.row_pitch_ = b.row_pitch;
    panels.pack(b, b.columns % lanes == 0 ? panels.count() : panels.count() - 1);
    return panels;
}

void Panels::pack(const Matrix& b, int first_panel) {
    packed_from_ = first_panel;
    copies_ = Tensor::uninitialized({.n = count() - first_panel, .h = rows_, .c = width});
    parallel_for(count() - first_panel, [&](int copy) {
        const int first = (first_panel + copy) * width, columns = std::min(width, columns_ - first);
        // A square of lanes x lanes at a time, so that the next row finds its numbers in the cache.
        for (int t = 0; t < rows_; t += lanes)
            for (int f = 0; f < columns; f += lanes) {
                const int rows = std::min(lanes, rows_ - t), have = std::min(columns - f, lanes);
                const real* from = b.data + t * b.row_pitch + (first + f) * b.column_pitch;
                real* to = copies_.view().pixel(copy, t, 0) + f;
                if (b.row_pitch == 1 && rows == lanes && have == lanes)
                    transpose(from, b.column_pitch, to, width);
                else
                    for (int r = 0; r < rows; ++r)
                        gather(have, from + r * b.row_pitch, b.column_pitch).store(to + r * width);
            }
    });
}

int Panels::count() const { return divide_up(columns_, width); }

Panels::Panel Panels::panel(int p) const {
    const int columns = std::min(width, columns_ - p * width), vecs = divide_up(columns, lanes);
    const int tail_lanes = columns - (vecs - 1) * lanes;
    if (p < packed_from_) return {data_ + p * width, row_pitch_, vecs, tail_lanes};
    return {copies_.view().pixel(p - packed_from_, 0, 0), width, vecs, tail_lanes};
}

}  // namespace cnn
