// Batch normalisation folded into the filters before it.
#include <cmath>

#include "common/base/error.hpp"
#include "resnet.hpp"

namespace cnn {

// [fold]
Weights fold(const Graph& graph, const Weights& weights, double epsilon) {
    Weights folded;
    for (const Graph::Entry& entry : graph.entries())
        for (const Parameter& p : entry.parameters)
            if (p.role == Role::weight) folded.set(p.name, weights[p.name]);
    for (const Graph::Entry& norm : graph.entries()) {
        if (!norm.operation || norm.operation->kind() != "batch_norm2d") continue;
        const Graph::Entry& conv = graph.entries()[std::size_t(norm.inputs[0])];
        require(conv.operation && conv.operation->kind() == "conv2d", "fold: \"", norm.name,
                "\" does not follow a convolution");
        Tensor &w = folded[conv.name + ".weight"], bias({.c = w.shape().c});
        for (int f = 0; f < w.shape().c; ++f) {
            const auto of = [&, f = f](const char* what) {
                return double(weights[norm.name + what](0, 0, 0, f));
            };
            const double scale = of(".weight") / std::sqrt(of(".running_var") + epsilon);
            for (std::size_t i = std::size_t(f); i < w.flat().size(); i += std::size_t(w.shape().c))
                w.flat()[i] = real(scale * double(w.flat()[i]));
            bias(0, 0, 0, f) = real(of(".bias") - scale * of(".running_mean"));
        }
        folded.set(conv.name + ".bias", std::move(bias));
    }
    return folded;
}
// [fold]

}  // namespace cnn
