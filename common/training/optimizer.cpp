#include "common/training/optimizer.hpp"

namespace cnn {

void Sgd::step(Weights& weights, const Weights& gradients) {
    for (const auto& [name, gradient] : gradients.tensors()) {
        if (!velocity.has(name)) velocity.set(name, Tensor(gradient.shape()));
        const auto g = gradient.flat();
        const auto v = velocity[name].flat();
        const auto w = weights[name].flat();
        const real pull = undecayed.contains(name) ? 0 : real(decay);
        for (std::size_t i = 0; i < g.size(); ++i) {
            const real downhill = g[i] + pull * w[i];
            v[i] = real(momentum) * v[i] + downhill;
            w[i] -= real(rate) * (nesterov ? downhill + real(momentum) * v[i] : v[i]);
        }
    }
}

std::set<std::string> vectors(const Graph& graph) {
    std::set<std::string> names;
    for (const Parameter& p : graph.parameters())
        if (p.layout == Layout::vector) names.insert(p.name);
    return names;
}

}  // namespace cnn
