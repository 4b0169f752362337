// Which layers have maps to explain, by name; and what is done with a map afterwards.
#include <algorithm>

#include "common/base/error.hpp"
#include "common/base/nearest.hpp"
#include "grad_cam.hpp"

namespace cnn {

bool GradCam::empty() const {
    return std::ranges::none_of(map.flat(), [](real value) { return value > 0; });
}

Tensor scaled(View map) {
    Tensor result(map);
    const real most = result.flat().empty() ? 0 : std::ranges::max(result.flat());
    if (most > 0)
        for (real& value : result.flat()) value /= most;
    return result;
}

std::vector<Node> layers_with_maps(const Classifier& net) {
    const Graph& graph = *net.image.graph;
    std::vector<bool> from_image(graph.entries().size()), to_scores(graph.entries().size());
    from_image[std::size_t(net.image.index)] = to_scores[std::size_t(net.logits.index)] = true;
    for (std::size_t i = 0; i < from_image.size(); ++i)
        for (const int input : graph.entries()[i].inputs)
            if (from_image[std::size_t(input)]) from_image[i] = true;
    for (std::size_t i = to_scores.size(); i-- > 0;)
        if (to_scores[i])
            for (const int input : graph.entries()[i].inputs) to_scores[std::size_t(input)] = true;

    std::vector<Node> layers;
    for (std::size_t i = 0; i < from_image.size(); ++i) {
        const Graph::Entry& entry = graph.entries()[i];
        if (entry.operation && from_image[i] && to_scores[i] && entry.shape.h * entry.shape.w > 1)
            layers.push_back(graph.node(int(i)));
    }
    return layers;
}

Node last_convolution(const Classifier& net) {
    std::vector<Node> layers = layers_with_maps(net);
    const Graph& graph = *net.image.graph;
    // A convolution that names the classes itself is the scores' map: what it looks at lies before it.
    const auto passed_over = [&](const Node& layer) {
        const std::string kind = graph.entry(layer).operation->kind();
        return kind.find("pool") != std::string::npos || kind == "dropout" ||
               layer.shape().c == net.logits.shape().c;
    };
    while (layers.size() > 1 && passed_over(layers.back())) layers.pop_back();
    require(!layers.empty(), "grad_cam: no layer between the picture and the scores is a map");
    return layers.back();
}

std::vector<std::string> nearest_names(const std::string& name, const std::vector<std::string>& known) {
    // A part of the name is a near name, however long the rest.
    const auto distance = [&](const std::string& other) {
        return other.find(name) != std::string::npos ? std::size_t{0} : edit_distance(name, other);
    };
    std::vector<std::string> names = known;
    std::ranges::stable_sort(names, {}, distance);
    names.resize(std::min<std::size_t>(names.size(), 3));
    return names;
}

Node layer_named(const Classifier& net, const std::string& name) {
    std::vector<std::string> known;
    for (const Node& layer : layers_with_maps(net)) {
        if (layer.name() == name) return layer;
        known.push_back(layer.name());
    }
    std::string near;
    for (const std::string& other : nearest_names(name, known)) near += (near.empty() ? "" : ", ") + other;
    throw Error("grad_cam: the network has no map called \"", name, "\"; the nearest names are: ", near);
}

}  // namespace cnn
