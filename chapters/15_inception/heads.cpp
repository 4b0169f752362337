#include "heads.hpp"

#include "common/training/gradient_length.hpp"
#include "inception.hpp"

namespace cnn {

// [gradients]
std::vector<GradientLength> googlenet_gradients(bool heads) {
    Graph graph;
    const Classifier net = googlenet(graph, {.input = 112, .classes = 100, .auxiliary = true});
    std::vector<Node> nodes;
    for (const Graph::Entry& entry : graph.entries()) {
        const bool module = entry.name.starts_with("inception") && entry.name.find('.') == std::string::npos;
        if (module || entry.name == "conv1" || entry.name == "conv2" || entry.name == "conv3")
            nodes.push_back(graph[entry.name]);
    }
    Tensor one(Shape{}), share(Shape{});
    fill(one, 1);
    fill(share, real(auxiliary_weight));
    Feeds seeds{{net.loss, one}};
    if (heads)
        for (const char* name : {"aux1.loss", "aux2.loss"}) seeds.emplace_back(graph[name], share);
    const std::vector<double> lengths =
        gradient_lengths(graph, net, nodes, seeds, {.images = 4, .weights_seed = 15, .noise_seed = 19});
    std::vector<GradientLength> all;
    for (std::size_t i = 0; i < nodes.size(); ++i) all.push_back({nodes[i].name(), lengths[i]});
    return all;
}
// [gradients]

}  // namespace cnn
