// The weights do not move, so nobody needs their gradients: a third of a training step's work falls away. And
// the pictures of several classes do not know of each other: they climb as one batch.
#include "ascent.hpp"
#include "common/graph/differentiate.hpp"

namespace cnn::optimized {

// [optimized]
Tensor class_models(const Classifier& net, const Weights& weights, const std::vector<int>& labels,
                    const ClassModel& options) {
    require_class_model(net, labels, options);
    const Graph& graph = *net.image.graph;
    const Wanted picture{{net.image}, {}};
    const std::vector<Node> kept = read_backward(graph, {net.logits}, picture);
    const auto [_, H, W, C] = net.image.shape();
    Tensor I({int(labels.size()), H, W, C}), one({.n = int(labels.size()), .c = net.logits.shape().c});
    for (int l = 0; l < int(labels.size()); ++l) one(l, 0, 0, labels[std::size_t(l)]) = 1;

    for (int step = 0; step < options.steps; ++step) {
        const Activations maps = run(graph, weights, {{net.image, shown(I, options, step)}}, kept);
        const Gradients dS = differentiate(graph, weights, maps, {{net.logits, one}}, picture);
        ascend(I, dS[net.image], options, step);
    }
    return with_mean(I, options);
}
// [optimized]

}  // namespace cnn::optimized
