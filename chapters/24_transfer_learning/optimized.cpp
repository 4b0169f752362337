// A frozen backbone says the same of an image in every epoch, so it is asked once.
#include "common/base/error.hpp"
#include "transfer_learning.hpp"

namespace cnn::optimized {

// [retrain]
TrainingState retrain(const Classifier& net, Node cut, const Weights& start, const Examples& training,
                      const Examples& test, const TrainingOptions& options,
                      const TrainingListener& listener) {
    require(options.parameters.empty(), "transfer: the cut says what learns; leave the parameters out");
    require(cut == net.image || !options.augmentation.any(),
            "transfer: features are computed once, and moved or mirrored images have others in each epoch; "
            "train without augmentation, or cut at the image");

    // The backbone, once for each image.
    const Examples seen{features(net, cut, start, training.images), training.labels};
    const Examples unseen{features(net, cut, start, test.images), test.labels};

    // What learns, as a network of its own whose images are the features.
    Graph graph;
    const Classifier head = behind(net, cut, graph);
    Weights first;
    for (const Parameter& p : graph.parameters()) first.set(p.name, start[p.name]);
    TrainingState state = train(graph, head, seen, unseen, options, {}, listener, first);

    // Put both together again.
    Weights whole = start;
    for (const auto& [name, tensor] : state.weights.tensors()) whole.set(name, tensor);
    state.weights = std::move(whole);
    return state;
}
// [retrain]

}  // namespace cnn::optimized
