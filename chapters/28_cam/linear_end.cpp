// Which networks have class activation maps, and the maps of those.
#include "cam.hpp"
#include "common/base/error.hpp"

namespace cnn {

namespace {

using Entry = Graph::Entry;

bool averages_all(const Graph& graph, const Entry& entry) {
    if (!entry.operation) return false;
    const std::string kind = entry.operation->kind();
    const Shape x = entry.inputs.empty() ? Shape{} : graph.input_shapes(entry)[0];
    return kind.find("avg_pool") != std::string::npos && entry.shape.h == 1 && entry.shape.w == 1 &&
           (entry.operation->window({x}).whole || (entry.operation->window({x}).kernel == Extent(x.h, x.w)));
}

/// The node before `node`, past layers that change nothing at inference.
Node before(const Graph& graph, Node node) {
    Node at = graph.node(graph.entry(node).inputs.at(0));
    while (graph.entry(at).operation &&
           (graph.entry(at).operation->kind() == "dropout" || graph.entry(at).operation->kind() == "flatten"))
        at = graph.node(graph.entry(at).inputs.at(0));
    return at;
}

[[noreturn]] void refuse(const Classifier& net) {
    throw Error("cam: the network does not end in global average pooling and one linear layer (\"",
                net.logits.name(), "\" is a ", net.logits.graph->entry(net.logits).operation->kind(),
                "); class activation maps need that end, Grad-CAM works for any network");
}

}  // namespace

LinearEnd linear_end(const Classifier& net) {
    const Graph& graph = *net.image.graph;
    const Entry& last = graph.entry(net.logits);
    if (!last.operation) refuse(net);

    // Average, then linear: ResNet, MobileNet.
    const bool linear = !last.parameters.empty() && last.parameters[0].shape.n == 1 &&
                        last.parameters[0].shape.h == 1 && last.parameters[0].shape.c == last.shape.c;
    if (linear) {
        const Node pooled = before(graph, net.logits);
        if (!averages_all(graph, graph.entry(pooled))) refuse(net);
        return {graph.node(graph.entry(pooled).inputs[0]), last.parameters[0].name,
                last.parameters.size() > 1 ? last.parameters[1].name : ""};
    }
    // Linear, then average: SqueezeNet.  What is averaged is the class's map, and its mean the score.
    if (!averages_all(graph, last)) refuse(net);
    const Node averaged = before(graph, net.logits);
    Node map = averaged;
    if (graph.entry(map).operation && graph.entry(map).operation->kind() == "relu") map = before(graph, map);
    if (graph.entry(map).parameters.empty()) refuse(net);
    return {averaged, "", ""};
}

Tensor class_activation_maps(const Classifier& net, const Weights& weights, View image,
                             const std::vector<int>& labels) {
    require_picture("cam", net, image);
    for (const int label : labels) require_class("cam", net, label);
    const LinearEnd end = linear_end(net);
    const Activations maps = run(*net.image.graph, weights, {{net.image, image}}, {end.features});
    const View features = maps[end.features];
    if (!end.weight.empty()) return weighed(features, weights[end.weight], labels);

    Tensor chosen({.h = features.shape.h, .w = features.shape.w, .c = int(labels.size())});
    for (int l = 0; l < int(labels.size()); ++l)
        copy(features.channels(labels[std::size_t(l)], 1), chosen.view().channels(l, 1));
    return chosen;
}

}  // namespace cnn
