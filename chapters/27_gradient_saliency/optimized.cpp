// All partial derivatives at once: the graph walked backwards, down to the picture and to no weight.
#include "common/graph/differentiate.hpp"
#include "saliency.hpp"

namespace cnn {

namespace optimized {

// [optimized]
Tensor gradient(const Classifier& net, const Weights& weights, View image, int label) {
    require_picture("saliency", net, image);
    require_class("saliency", net, label);
    const Graph& graph = *net.image.graph;
    const Wanted picture{{net.image}, {}};
    const Activations maps =
        run(graph, weights, {{net.image, image}}, read_backward(graph, {net.logits}, picture));

    Tensor one(net.logits.shape());
    one(0, 0, 0, label) = 1;
    Gradients gradients = differentiate(graph, weights, maps, {{net.logits, one}}, picture);
    return std::move(gradients.nodes.at(net.image.index));
}
// [optimized]

}  // namespace optimized

// [again]
PictureGradient::PictureGradient(const Classifier& net, const Weights& weights)
    : net_(net),
      session_(*net.image.graph, weights, {{net.image, net.image.shape()}}, {net.logits}, {net.image}) {}

Tensor PictureGradient::operator()(View image, int label) {
    require_picture("saliency", net_, image);
    require_class("saliency", net_, label);
    session_.run({{net_.image, image}});
    Tensor one(net_.logits.shape());
    one(0, 0, 0, label) = 1;
    return std::move(session_.back({{net_.logits, one}}).nodes.at(net_.image.index));
}
// [again]

Tensor saliency(const Classifier& net, const Weights& weights, View image, int label) {
    return largest_channel(optimized::gradient(net, weights, image, label));
}

}  // namespace cnn
