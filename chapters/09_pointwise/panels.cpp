// A matrix into the order in which the product reads it.  Training packs the filters twice a step, once as
// they are and once transposed.
#include <algorithm>

#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"
#include "product.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

constexpr int width = Panels::widest * lanes;

// [transpose]
// to[r][f] = from[f][r], a vector of each, in rows `next` apart.
void transpose(const real* from, std::ptrdiff_t next, real* to, std::ptrdiff_t to_next) {
    vec square[lanes];
    for (int f = 0; f < lanes; ++f) square[f] = vec::load(from + f * next);
    simd::transpose(square);
    for (int r = 0; r < lanes; ++r) square[r].store(to + r * to_next);
}
// [transpose]

// The first `count` of numbers `next` apart; then zeros.
vec gather(int count, const real* from, std::ptrdiff_t next) {
    if (next == 1) return count == lanes ? vec::load(from) : vec::load_first(count, from);
    vec numbers{};
    for (int i = 0; i < count; ++i) numbers.v[i] = from[i * next];
    return numbers;
}

}  // namespace

Panels::Panels(const Matrix& b)
    : rows_(b.rows),
      columns_(b.columns),
      numbers_(Tensor::uninitialized({.n = divide_up(b.columns, width), .h = b.rows, .c = width})) {
    parallel_for(count(), [&](int p) {
        const int first = p * width, columns = std::min(width, columns_ - first);
        // A square of lanes x lanes at a time, so that a column's neighbours are read while they are near.
        for (int t = 0; t < rows_; t += lanes)
            for (int f = 0; f < width; f += lanes) {
                const int rows = std::min(lanes, rows_ - t), have = std::clamp(columns - f, 0, lanes);
                const real* from = b.data + t * b.row_pitch + (first + f) * b.column_pitch;
                real* to = numbers_.view().pixel(p, t, 0) + f;
                if (b.row_pitch == 1 && rows == lanes && have == lanes)
                    transpose(from, b.column_pitch, to, width);
                else
                    for (int r = 0; r < rows; ++r)
                        gather(have, from + r * b.row_pitch, b.column_pitch).store(to + r * width);
            }
    });
}

int Panels::count() const { return numbers_.shape().n; }
const real* Panels::panel(int p) const { return numbers_.view().pixel(p, 0, 0); }

}  // namespace cnn::optimized
