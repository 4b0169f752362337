#include "depth/gradient_lengths.hpp"

#include <algorithm>

#include "common/training/gradient_length.hpp"
#include "resnet.hpp"

namespace cnn {

// [lengths]
std::vector<double> gradient_lengths(int depth, bool skips, bool normalised) {
    Graph graph;
    const Classifier net = resnet_cifar10(graph, depth, 10, skips, normalised);
    // The ends of blocks: layer1.0, layer1.1, ...
    std::vector<Node> ends;
    for (const Graph::Entry& entry : graph.entries())
        if (entry.name.starts_with("layer") && std::ranges::count(entry.name, '.') == 1)
            ends.push_back(graph[entry.name]);
    Tensor one(Shape{});
    fill(one, 1);
    return gradient_lengths(graph, net, ends, {{net.loss, one}},
                            {.images = 8, .weights_seed = 20, .noise_seed = 5});
}
// [lengths]

}  // namespace cnn
