#include "gradient_lengths.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/random.hpp"
#include "common/graph/differentiate.hpp"
#include "resnet.hpp"

namespace cnn {

namespace {

double length(const Tensor& gradient) {
    double squares = 0;
    for (const real value : gradient.flat()) squares += double(value) * double(value);
    return std::sqrt(squares);
}

}  // namespace

// [lengths]
std::vector<double> gradient_lengths(int depth, bool skips, bool normalised) {
    Graph graph;
    const Classifier net = resnet_cifar10(graph, depth, 10, skips, normalised);
    const Weights weights = initialise(graph, 20);
    const int batch = 8;
    Tensor noise({batch, 32, 32, 3}), labels(Shape{.n = batch}), one(Shape{});
    Random random(5);
    for (real& value : noise.flat()) value = real(random.normal());
    for (int n = 0; n < batch; ++n) labels(n, 0, 0, 0) = real(n);
    fill(one, 1);

    // The ends of blocks: layer1.0, layer1.1, ...
    Wanted ends;
    for (const Graph::Entry& entry : graph.entries())
        if (entry.name.starts_with("layer") && std::ranges::count(entry.name, '.') == 1)
            ends.nodes.push_back(graph[entry.name]);
    const Mode mode{Kernels::optimized, true};
    const Activations maps = run(graph, weights, {{net.image, noise}, {net.labels, labels}},
                                 read_backward(graph, {net.loss}, ends), mode);
    const Gradients all = differentiate(graph, weights, maps, {{net.loss, one}}, ends, mode);
    std::vector<double> lengths;
    for (const Node& node : ends.nodes) lengths.push_back(length(all[node]));
    return lengths;
}
// [lengths]

}  // namespace cnn
