// One pass over memory each: what is read is finished in registers, and stored once.
//
// SiLU is a gate of its own, x times a number from 0 to 1.  In a library of layers it takes four passes: exp,
// one plus, divided by, times x.  Here the exponential is computed in lanes (engine/exponential.hpp) and the
// gate is closed before the store.
#include "common/base/random.hpp"
#include "common/base/range.hpp"
#include "common/kernels/epilogue.hpp"
#include "engine/exponential.hpp"
#include "engine/lanes.hpp"
#include "gate.hpp"
#include "silu.hpp"
#include "stochastic_depth.hpp"

namespace cnn::optimized {

namespace {

using simd::lanes;
using simd::vec;

// [silu]
vec over(vec a, vec b) { return {a.v / b.v}; }
vec one() { return vec::broadcast(1); }
vec one_and_exp(vec x) { return one() + exp(vec{} - x); }
vec sigmoid_of(vec x) { return over(one(), one_and_exp(x)); }
vec silu_of(vec x) { return over(x, one_and_exp(x)); }
vec silu_slope(vec x) {
    const vec s = sigmoid_of(x);
    return s * fma(x, one() - s, one());
}
// [silu]

}  // namespace

void sigmoid_into(View x, MutableView y) { map_lanes(y, sigmoid_of, x); }
void silu_into(View x, MutableView y) { map_lanes(y, silu_of, x); }
void sigmoid_backward_into(View dy, View y, MutableView dx) {
    require_gradient("sigmoid", dy, y.shape);
    map_lanes(
        dx, [](vec d, vec s) { return d * (s * (one() - s)); }, dy, y);
}
void silu_backward_into(View dy, View x, MutableView dx) {
    require_gradient("silu", dy, x.shape);
    map_lanes(
        dx, [](vec d, vec v) { return d * silu_slope(v); }, dy, x);
}

Tensor sigmoid(View x) {
    Tensor y = Tensor::uninitialized(x.shape);
    sigmoid_into(x, y);
    return y;
}
Tensor silu(View x) {
    Tensor y = Tensor::uninitialized(x.shape);
    silu_into(x, y);
    return y;
}
Tensor sigmoid_backward(View dy, View y) {
    Tensor dx = Tensor::uninitialized(dy.shape);
    sigmoid_backward_into(dy, y, dx);
    return dx;
}
Tensor silu_backward(View dy, View x) {
    Tensor dx = Tensor::uninitialized(dy.shape);
    silu_backward_into(dy, x, dx);
    return dx;
}

// [gate]
void gate_into(View x, View s, MutableView y) {
    require_gate(x.shape, s.shape);
    const int C = x.shape.c;
    for_each_row(x.shape, [&](int r) {
        const View from = x.row(r);
        const MutableView to = y.row(r);
        const real* open = s.pixel(r / x.shape.h, 0, 0);  // stays in the first-level cache for the whole row
        for (int j = 0; j < x.shape.w; ++j) {
            const real* a = from.pixel(0, 0, j);
            real* out = to.pixel(0, 0, j);
            int c = 0;
            for (; c + lanes <= C; c += lanes) (vec::load(a + c) * vec::load(open + c)).store(out + c);
            for (; c < C; ++c) out[c] = a[c] * open[c];
        }
    });
}
// [gate]

Tensor gate(View x, View s) {
    Tensor y = Tensor::uninitialized(x.shape);
    gate_into(x, s, y);
    return y;
}

namespace {

// [sums]
// The sum over a picture's pixels of dy x, for `count` channels: their sums stay in registers all the way.
void sum_of_products(View dy, View x, int count, real* to) {
    constexpr int wide = 4;
    vec sums[wide] = {};
    const int whole = count / lanes, left = count % lanes;
    for (int i = 0; i < x.shape.h; ++i)
        for (int j = 0; j < x.shape.w; ++j) {
            const real *a = dy.pixel(0, i, j), *b = x.pixel(0, i, j);
            for (int k = 0; k < whole; ++k)
                sums[k] = fma(vec::load(a + k * lanes), vec::load(b + k * lanes), sums[k]);
            if (left > 0)
                sums[whole] = fma(vec::load_first(left, a + whole * lanes),
                                  vec::load_first(left, b + whole * lanes), sums[whole]);
        }
    for (int k = 0; k < whole; ++k) sums[k].store(to + k * lanes);
    if (left > 0) sums[whole].store_first(left, to + whole * lanes);
}
// [sums]

}  // namespace

GateGradients gate_backward(View dy, View x, View s) {
    require_gate(x.shape, s.shape);
    require_gradient("gate", dy, x.shape);
    GateGradients d{gate(dy, s), Tensor(s.shape)};
    constexpr int block = 4 * lanes;
    const int blocks = (x.shape.c + block - 1) / block;
    parallel_for(x.shape.n * blocks, [&](int task) {
        const int n = task / blocks, first = task % blocks * block,
                  count = std::min(block, x.shape.c - first);
        const auto part = [&](View map) { return map.images(n, 1).channels(first, count); };
        sum_of_products(part(dy), part(x), count, d.s.view().pixel(n, 0, 0) + first);
    });
    return d;
}

// [stochastic_depth]
void stochastic_depth_into(View x, double p, std::uint64_t seed, MutableView y) {
    require_drop_probability(p);
    Random random(Random(seed).bits());
    const vec scale = vec::broadcast(real(1 / (1 - p)));
    for (int n = 0; n < x.shape.n; ++n) {
        const MutableView to = y.images(n, 1);
        if (random.uniform() < p)
            fill(to, 0);  // what is dropped is not even read
        else
            map_lanes(
                to, [&](vec v) { return v * scale; }, x.images(n, 1));
    }
}
// [stochastic_depth]

Tensor stochastic_depth(View x, double p, std::uint64_t seed) {
    Tensor y = Tensor::uninitialized(x.shape);
    stochastic_depth_into(x, p, seed, y);
    return y;
}

}  // namespace cnn::optimized
