#pragma once
/// @file  The register micro-kernel: a tile of results held in registers while its factors stream past.
///
///     sum[r][v] += a[r * next_row + t * step] * b[t * next + v * lanes ...]      for t = 0 ... count - 1
///
/// A convolution reads pixels as `a` and filters as `b`, its gradient reads channels as `a` and the output's
/// gradient as `b`, and a matrix product reads just that.  One number of `a` is multiplied with whole vectors
/// of `b`, so `a` may lie anywhere and `b` lies as memory does.
#include "common/simd.hpp"

namespace cnn {

/// rows * vecs sums, vecs vectors of b and one of a must fit the machine's registers; and for full speed
/// there must be at least 8 sums: two multipliers, each four steps deep.
template <int rows, int vecs>
struct Tile {
    static constexpr int width = vecs * simd::lanes;
    simd::vec sum[rows][vecs];

    void zero() {
        for (auto& row : sum)
            for (simd::vec& s : row) s = simd::vec{};
    }
    /// Every row starts as the same numbers: a bias.
    void start(const real* bias, int last) {
        for (int v = 0; v < vecs; ++v) {
            const simd::vec b = v + 1 < vecs || last == simd::lanes
                                    ? simd::vec::load(bias + v * simd::lanes)
                                    : simd::vec::load_first(last, bias + v * simd::lanes);
            for (auto& row : sum) row[v] = b;
        }
    }
    /// Rows lie `next` numbers apart; the last vector of each has `last` numbers.
    void load(const real* from, std::ptrdiff_t next, int last) {
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vecs; ++v) {
                const real* p = from + r * next + v * simd::lanes;
                sum[r][v] =
                    v + 1 < vecs || last == simd::lanes ? simd::vec::load(p) : simd::vec::load_first(last, p);
            }
    }
    void relu() {
        for (auto& row : sum)
            for (simd::vec& s : row) s = max(s, simd::vec{});
    }
    void store(real* to, std::ptrdiff_t next, int last) const {
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vecs; ++v) {
                real* p = to + r * next + v * simd::lanes;
                if (v + 1 < vecs || last == simd::lanes)
                    sum[r][v].store(p);
                else
                    sum[r][v].store_first(last, p);
            }
    }

    void add(const real* a, std::ptrdiff_t next_row, std::ptrdiff_t step, const real* b, std::ptrdiff_t next,
             int count) {
        for (int t = 0; t < count; ++t, a += step, b += next) {
            simd::vec factor[vecs];
            for (int v = 0; v < vecs; ++v) factor[v] = simd::vec::load(b + v * simd::lanes);
            for (int r = 0; r < rows; ++r)
                for (int v = 0; v < vecs; ++v) sum[r][v] = fma(a[r * next_row], factor[v], sum[r][v]);
        }
    }
};

}  // namespace cnn
