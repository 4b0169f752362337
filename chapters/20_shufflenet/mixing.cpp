// One image for each output: its row of the Jacobian is what back-propagation leaves at the input.
#include "mixing.hpp"

#include "common/graph/differentiate.hpp"
#include "convolution.hpp"
#include "shuffle.hpp"

namespace cnn {

// [mixing]
Tensor mixing(int channels, int groups, bool shuffled) {
    const Convolution layer{.filters = channels,
                            .kernel = 1,
                            .groups = groups,
                            .bias = false,
                            .initialiser = Initialiser{Initialiser::Kind::ones}};
    Graph graph;
    const Node x = graph.input({.c = channels});
    Node y = conv(x, layer);
    if (shuffled) y = channel_shuffle(y, groups);
    y = conv(y, layer);

    const Tensor images({channels, 1, 1, channels});
    Tensor one_output_each(images.shape());
    for (int f = 0; f < channels; ++f) one_output_each(f, 0, 0, f) = 1;
    const Weights weights = initialise(graph, 1);
    const Activations maps = run(graph, weights, {{x, images}}, all_nodes(graph));
    const Gradients gradients = differentiate(graph, weights, maps, {{y, one_output_each}}, {.nodes = {x}});
    return Tensor(gradients[x]).reshaped({.h = channels, .w = channels});
}
// [mixing]

}  // namespace cnn
