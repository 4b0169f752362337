// Sigmoid, SiLU, gate and stochastic depth as their formulas read.
#include <cmath>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/kernels/epilogue.hpp"
#include "gate.hpp"
#include "silu.hpp"
#include "stochastic_depth.hpp"

namespace cnn::naive {

namespace {

// [silu]
real sigmoid_of(real x) { return 1 / (1 + std::exp(-x)); }
real silu_of(real x) { return x / (1 + std::exp(-x)); }
real silu_slope(real x) {
    const real s = sigmoid_of(x);
    return s * (1 + x * (1 - s));
}
// [silu]

template <class Function>
Tensor each(View x, const Function& f) {
    Tensor y(x);
    for (real& number : y.flat()) number = f(number);
    return y;
}

/// dx = dy * slope(x).
template <class Function>
Tensor times_slope(const char* name, View dy, View x, const Function& slope) {
    require_gradient(name, dy, x.shape);
    Tensor dx(dy);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c) dx(n, i, j, c) *= slope(x(n, i, j, c));
    return dx;
}

}  // namespace

Tensor sigmoid(View x) { return each(x, sigmoid_of); }
Tensor silu(View x) { return each(x, silu_of); }

Tensor sigmoid_backward(View dy, View y) {
    return times_slope("sigmoid", dy, y, [](real s) { return s * (1 - s); });
}
Tensor silu_backward(View dy, View x) { return times_slope("silu", dy, x, silu_slope); }

// [gate]
Tensor gate(View x, View s) {
    require_gate(x.shape, s.shape);
    Tensor y(x.shape);
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c) y(n, i, j, c) = x(n, i, j, c) * s(n, 0, 0, c);
    return y;
}

GateGradients gate_backward(View dy, View x, View s) {
    require_gate(x.shape, s.shape);
    require_gradient("gate", dy, x.shape);
    GateGradients d{Tensor(x.shape), Tensor(s.shape)};
    for (int n = 0; n < x.shape.n; ++n)
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c) {
                    d.x(n, i, j, c) = dy(n, i, j, c) * s(n, 0, 0, c);
                    d.s(n, 0, 0, c) += dy(n, i, j, c) * x(n, i, j, c);
                }
    return d;
}
// [gate]

// [stochastic_depth]
Tensor stochastic_depth(View x, double p, std::uint64_t seed) {
    require_drop_probability(p);
    Tensor y(x);
    Random random(Random(seed).bits());
    for (int n = 0; n < x.shape.n; ++n) {
        const bool kept = random.uniform() >= p;
        for (int i = 0; i < x.shape.h; ++i)
            for (int j = 0; j < x.shape.w; ++j)
                for (int c = 0; c < x.shape.c; ++c)
                    y(n, i, j, c) = kept ? y(n, i, j, c) * real(1 / (1 - p)) : real{0};
    }
    return y;
}
// [stochastic_depth]

}  // namespace cnn::naive
