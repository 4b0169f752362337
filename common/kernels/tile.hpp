#pragma once
/// @file  The register micro-kernel: a tile of results held in registers while its factors stream past.
///
///     sum[r][v] += a[r * row_pitch + t * step] * b[t * next + v * lanes ...]      for t = 0 ... count - 1
///
/// A convolution reads pixels as `a` and filters as `b`, its gradient reads channels as `a` and the output's
/// gradient as `b`, and a matrix product reads just that.  One number of `a` is multiplied with whole vectors
/// of `b`, so `a` may lie anywhere and `b` lies as memory does.
#include <algorithm>
#include <utility>

#include "common/base/range.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/machine/simd.hpp"

namespace cnn {

/// Calls body(0, 0) ... body(rows - 1, vecs - 1), written out one by one: the sums then have fixed names and
/// live in registers from the first to the last.  (A loop, unrolled too late, would pass them through
/// memory.)
template <int rows, int vecs, class Body>
[[gnu::always_inline]] inline void unroll(const Body& body) {
    [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
        (body(i / vecs, i % vecs), ...);
    }
    (std::make_integer_sequence<int, rows * vecs>{});
}

/// How the rows of a tile end: the last vectors are cut or whole, and these may bypass the caches.
enum class Store { tail, whole, nontemporal };

/// rows * vecs sums, vecs vectors of b and one of a must fit the machine's registers; and for full speed
/// there must be at least 8 sums: two multipliers, each four steps deep.
/// Every member is inlined: one call would have all sums in memory, before and after.
template <int rows, int vecs>
struct Tile {
    static constexpr int width = vecs * simd::lanes;
    simd::vec sum[rows][vecs];

    [[gnu::always_inline]] void zero() {
        unroll<rows, vecs>([&](int r, int v) { sum[r][v] = simd::vec{}; });
    }
    /// Every row starts as the same numbers: a bias.
    [[gnu::always_inline]] void start(const real* bias) { load(bias, 0); }
    [[gnu::always_inline]] void start(const real* bias, int tail_lanes) { load(bias, 0, tail_lanes); }
    /// Rows lie `next` numbers apart.
    [[gnu::always_inline]] void load(const real* from, std::ptrdiff_t next) {
        unroll<rows, vecs>(
            [&](int r, int v) { sum[r][v] = simd::vec::load(from + r * next + v * simd::lanes); });
    }
    [[gnu::always_inline]] void store(real* to, std::ptrdiff_t next) const {
        unroll<rows, vecs>([&](int r, int v) { sum[r][v].store(to + r * next + v * simd::lanes); });
    }
    /// The same where the last vector of each row has only `tail_lanes` numbers: through a strip of whole
    /// ones.
    [[gnu::always_inline]] void load(const real* from, std::ptrdiff_t next, int tail_lanes) {
        if (tail_lanes == simd::lanes) return load(from, next);
        Strip strip;
        strip.fill(from, next, tail_lanes);
        load(strip.numbers, width);
    }
    [[gnu::always_inline]] void store(real* to, std::ptrdiff_t next, int tail_lanes) const {
        if (tail_lanes == simd::lanes) return store(to, next);
        Strip strip;
        store(strip.numbers, width);
        strip.empty(to, next, tail_lanes);
    }
    template <Store ending>
    [[gnu::always_inline]] void write(real* to, std::ptrdiff_t next, int tail_lanes) const {
        if constexpr (ending == Store::nontemporal)
            unroll<rows, vecs>(
                [&](int r, int v) { sum[r][v].store_nontemporal(to + r * next + v * simd::lanes); });
        else
            store(to, next, ending == Store::tail ? tail_lanes : simd::lanes);
    }
    [[gnu::always_inline]] void relu() {
        unroll<rows, vecs>([&](int r, int v) { sum[r][v] = max(sum[r][v], simd::vec{}); });
    }
    [[gnu::always_inline]] void activate(Activation activation) {
        if (activation == Activation::none) return;
        relu();
        if (activation == Activation::relu) return;
        unroll<rows, vecs>([&](int r, int v) { sum[r][v] = activated(sum[r][v], activation); });
    }
    /// Adds a residual, laid out as results are.
    [[gnu::always_inline]] void add(const real* residual, std::ptrdiff_t next, int tail_lanes) {
        if (tail_lanes == simd::lanes)
            return unroll<rows, vecs>([&](int r, int v) {
                sum[r][v] = sum[r][v] + simd::vec::load(residual + r * next + v * simd::lanes);
            });
        Strip strip;
        strip.fill(residual, next, tail_lanes);
        add(strip.numbers, width, simd::lanes);
    }

    [[gnu::always_inline]] void add(const real* a, std::ptrdiff_t row_pitch, std::ptrdiff_t step,
                                    const real* b, std::ptrdiff_t next, int count) {
        if constexpr (vecs == 1 && rows > 12) {
            add_one_vector(a, row_pitch, step, b, next, count);
        } else {
            for (int t = 0; t < count; ++t, a += step, b += next) add(a, row_pitch, b);
        }
    }
    /// The same for one of them.
    [[gnu::always_inline]] void add(const real* a, std::ptrdiff_t row_pitch, const real* b) {
        simd::vec factor[vecs];
        for (int v = 0; v < vecs; ++v) factor[v] = simd::vec::load(b + v * simd::lanes);
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vecs; ++v) sum[r][v] = fma(a[r * row_pitch], factor[v], sum[r][v]);
    }

    // [fetch]
    /// The same for rows of neighbours, while what comes next is fetched from afar: rows that start at `then`
    /// and lie as far apart.  A line of each for every line that is used, so that none waits for many others.
    /// Short rows lie so near each other that the machine fetches them by itself; and a tile one vector wide
    /// has as many loads as multiplications already.
    [[gnu::always_inline]] void add_and_fetch(const real* a, std::ptrdiff_t row_pitch, const real* b,
                                              std::ptrdiff_t next, int count, const real* then) {
        if (count <= 2 * simd::lanes || vecs == 1) return add(a, row_pitch, 1, b, next, count);
        for (int t = 0; t < count; t += simd::lanes) {
            for (int r = 0; r < rows; ++r) __builtin_prefetch(then + r * row_pitch + t);
            add(a + t, row_pitch, 1, b + t * next, next, std::min(simd::lanes, count - t));
        }
    }
    // [fetch]

private:
    /// `add` for one vector of b, where each sum has an address for itself and a load.  So many distances
    /// would not fit in registers, and each that is loaded costs as much as a sum: seven rows share a
    /// pointer.
    [[gnu::always_inline]] void add_one_vector(const real* a, std::ptrdiff_t row_pitch, std::ptrdiff_t step,
                                               const real* b, std::ptrdiff_t next, int count) {
        constexpr int group = 7, groups = divide_up(rows, group);
        const real* from[groups];
        for (int g = 0; g < groups; ++g) from[g] = a + g * group * row_pitch;
        for (int t = 0; t < count; ++t, b += next) {
            const simd::vec factor = simd::vec::load(b);
            for (int g = 0; g < groups; ++g) simd::hide_origin(from[g]);
            unroll<rows, 1>([&](int r, int) {
                sum[r][0] = fma(from[r / group][r % group * row_pitch], factor, sum[r][0]);
            });
            for (int g = 0; g < groups; ++g) from[g] += step;
        }
    }

    struct Strip {
        static constexpr int whole = width - simd::lanes;
        alignas(simd::bytes) real numbers[rows * width];

        [[gnu::noinline]] void fill(const real* from, std::ptrdiff_t next, int tail_lanes) {
            for (int r = 0; r < rows; ++r, from += next) {
                std::copy_n(from, whole, numbers + r * width);
                simd::vec::load_first(tail_lanes, from + whole).store(numbers + r * width + whole);
            }
        }
        [[gnu::noinline]] void empty(real* to, std::ptrdiff_t next, int tail_lanes) const {
            for (int r = 0; r < rows; ++r, to += next) {
                std::copy_n(numbers + r * width, whole, to);
                simd::vec::load(numbers + r * width + whole).store_first(tail_lanes, to + whole);
            }
        }
    };
};

}  // namespace cnn
