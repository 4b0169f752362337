#include "heads.hpp"

#include <cmath>

#include "common/base/random.hpp"
#include "common/graph/differentiate.hpp"
#include "inception.hpp"

namespace cnn {

// [gradients]
std::vector<GradientLength> googlenet_gradients(bool heads) {
    Graph graph;
    const Classifier net = googlenet(graph, {.input = 112, .classes = 100, .auxiliary = true});
    const Weights weights = initialise(graph, 15);
    constexpr int batch = 4;
    Tensor noise({batch, 112, 112, 3}), labels(Shape{.n = batch}), one(Shape{}), share(Shape{});
    Random random(19);
    for (real& value : noise.flat()) value = real(random.normal());
    for (int n = 0; n < batch; ++n) labels(n, 0, 0, 0) = real(n);
    fill(one, 1);
    fill(share, real(auxiliary_weight));

    Wanted wanted;
    for (const Graph::Entry& entry : graph.entries()) {
        const bool module = entry.name.starts_with("inception") && entry.name.find('.') == std::string::npos;
        if (module || entry.name == "conv1" || entry.name == "conv2" || entry.name == "conv3")
            wanted.nodes.push_back(graph[entry.name]);
    }
    std::vector<Node> losses{net.loss};
    Feeds seeds{{net.loss, one}};
    if (heads)
        for (const char* name : {"aux1.loss", "aux2.loss"}) {
            losses.push_back(graph[name]);
            seeds.emplace_back(graph[name], share);
        }
    const Mode mode{Kernels::optimized, true};
    const Activations maps = run(graph, weights, {{net.image, noise}, {net.labels, labels}},
                                 read_backward(graph, losses, wanted), mode);
    const Gradients gradients = differentiate(graph, weights, maps, seeds, wanted, mode);
    std::vector<GradientLength> all;
    for (const Node& node : wanted.nodes) {
        double squares = 0;
        for (const real value : gradients[node].flat()) squares += double(value) * double(value);
        all.push_back({node.name(), std::sqrt(squares)});
    }
    return all;
}
// [gradients]

}  // namespace cnn
