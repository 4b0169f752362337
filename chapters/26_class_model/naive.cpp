/// @file  Gradient ascent on the picture, a class at a time, with the tools of training as they are.
#include "ascent.hpp"
#include "common/graph/differentiate.hpp"

namespace cnn::naive {

// [naive]
Tensor class_models(const Classifier& net, const Weights& weights, const std::vector<int>& labels,
                    const ClassModel& options) {
    require_class_model(net, labels, options);
    const Graph& graph = *net.image.graph;
    const Wanted everything{{net.image}, trainable(graph)};
    const std::vector<Node> kept = read_backward(graph, {net.logits}, everything);
    const auto [_, H, W, C] = net.image.shape();
    Tensor models({int(labels.size()), H, W, C});

    for (std::size_t l = 0; l < labels.size(); ++l) {
        Tensor I(net.image.shape());
        for (int step = 0; step < options.steps; ++step) {
            const Activations maps = run(graph, weights, {{net.image, shown(I, options, step)}}, kept);
            Tensor one(net.logits.shape());
            one(0, 0, 0, labels[l]) = 1;
            const Gradients dS = differentiate(graph, weights, maps, {{net.logits, one}}, everything);
            ascend(I, dS[net.image], options, step);
        }
        copy(with_mean(I, options), models.view().images(int(l), 1));
    }
    return models;
}
// [naive]

}  // namespace cnn::naive
