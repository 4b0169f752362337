#include "common/training/optimizer.hpp"

#include <cmath>
#include <numbers>

namespace cnn {

void Sgd::step(Weights& weights, const Weights& gradients) {
    for (const auto& [name, gradient] : gradients.tensors()) {
        if (!velocity.has(name)) velocity.set(name, Tensor(gradient.shape()));
        const auto g = gradient.flat();
        const auto v = velocity[name].flat();
        const auto w = weights[name].flat();
        for (std::size_t i = 0; i < g.size(); ++i) {
            v[i] = real(momentum) * v[i] + (g[i] + real(decay) * w[i]);
            w[i] -= real(rate) * v[i];
        }
    }
}

double cosine(double start, std::int64_t done, std::int64_t all) {
    return start * (1 + std::cos(std::numbers::pi * double(done) / double(all))) / 2;
}

}  // namespace cnn
