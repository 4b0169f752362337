#include "common/training/gradient_length.hpp"

#include <cmath>

#include "common/graph/differentiate.hpp"
#include "common/graph/weights.hpp"
#include "common/tensor/normal_numbers.hpp"

namespace cnn {

std::vector<double> gradient_lengths(const Graph& graph, const Classifier& net,
                                     const std::vector<Node>& nodes, const Feeds& seeds,
                                     const NoiseBatch& batch) {
    const Weights weights = initialise(graph, batch.weights_seed);
    Shape images = net.image.shape();
    images.n = batch.images;
    Tensor labels(Shape{.n = batch.images});
    const Tensor noise = normal_numbers(images, batch.noise_seed);
    for (int n = 0; n < batch.images; ++n) labels(n, 0, 0, 0) = real(n);

    const Wanted wanted{.nodes = nodes};
    std::vector<Node> losses;
    for (const auto& [loss, seed] : seeds) losses.push_back(loss);
    const Mode mode{Kernels::optimized, true};
    const Activations maps = run(graph, weights, {{net.image, noise}, {net.labels, labels}},
                                 read_backward(graph, losses, wanted), mode);
    const Gradients gradients = differentiate(graph, weights, maps, seeds, wanted, mode);
    std::vector<double> lengths;
    for (const Node& node : nodes) {
        double squares = 0;
        for (const real value : gradients[node].flat()) squares += double(value) * double(value);
        lengths.push_back(std::sqrt(squares));
    }
    return lengths;
}

}  // namespace cnn
