// The experiment of figure 1 of the paper, counted instead of drawn.
#include "bottleneck.hpp"

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/graph/run.hpp"
#include "convolution.hpp"

namespace cnn {

// [recoverable]
double recoverable(int dimensions, int channels) {
    require(dimensions >= 1 && channels >= 1, "recoverable: ", channels, " channels of ", dimensions,
            " dimensions; both must be at least 1");
    constexpr int layers = 1000, pixels = 16;  // random layers side by side, and what each of them sees
    Graph graph;
    const Node x = graph.input({.h = 1, .w = pixels, .c = dimensions});
    const Convolution random{.filters = layers * channels,
                             .kernel = 1,
                             .bias = false,
                             .initialiser = Initialiser{Initialiser::Kind::normal, 1}};
    const Node y = relu(conv(x, random));
    Tensor points({.w = pixels, .c = dimensions});
    Random numbers(1);
    for (real& number : points.flat()) number = real(numbers.normal());
    const Tensor seen = run(graph, initialise(graph, 1), {{x, points}}, {y})[y];

    int recovered = 0;
    for (int j = 0; j < pixels; ++j)
        for (int layer = 0; layer < layers; ++layer) {
            int equations = 0;
            for (int c = 0; c < channels; ++c) equations += seen(0, 0, j, layer * channels + c) > 0;
            recovered += equations >= dimensions;
        }
    return double(recovered) / (layers * pixels);
}
// [recoverable]

}  // namespace cnn
