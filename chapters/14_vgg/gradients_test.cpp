// Built with double: Winograd's algebra to the last bit, and a whole small VGG backwards.
#include "common/graph/differentiate.hpp"
#include "common/machine/simd.hpp"
#include "common/testing/testing.hpp"
#include "vgg.hpp"
#include "winograd.hpp"

using namespace cnn;

// [identity]
TEST_CASE("s-18: in double precision naive and optimized Winograd are the convolution to the last bit") {
    for (const int channels : {1, 3, simd::lanes - 1, simd::lanes, simd::lanes + 1, 40})
        for (const int filters : {1, simd::lanes, 5 * simd::lanes + 1})
            for (const int padding : {0, 1})
                for (const int batch : {1, 3}) {
                    const Tensor x = small_integers({batch, 7, 10, channels});
                    Tensor w = small_integers({3, 3, channels, filters}, 2);
                    for (real& number : w.flat()) number *= 576;  // (24 g 24) / 576 is whole
                    const Tensor y = naive::conv2d(x, w, {}, {.padding = padding});
                    CHECK(naive::winograd_conv2d(x, w, padding) == y);
                    CHECK(optimized::winograd_conv2d(x, w, padding) == y);
                }
}
// [identity]

TEST_CASE("s-18: back-propagation through a whole VGG, dropping, agrees with finite differences") {
    Graph graph;
    const Classifier net = vgg(graph, {{3, 4}, {5}}, {.input = 8, .classes = 3, .units = 6, .dropout = 0.2});
    Weights weights = initialise(graph, 5);
    const Tensor x = normal_numbers({.n = 2, .h = 8, .w = 8, .c = 3}),
                 dy = normal_numbers({.n = 2, .c = 3}, 2);
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
        const Mode mode{kernels, true, 9};
        const auto value = [&] {
            return dot(run(graph, weights, {{net.image, x}}, {net.logits}, mode)[net.logits], dy);
        };
        const Activations maps = run(graph, weights, {{net.image, x}}, all_nodes(graph), mode);
        const Gradients gradients =
            differentiate(graph, weights, maps, {{net.logits, dy}}, {{}, trainable(graph)}, mode);
        for (const std::string& name : trainable(graph)) {
            CAPTURE(name);
            real& element = weights[name].flat()[weights[name].flat().size() / 2];
            const real here = element, step = 1e-6;
            element = here + step;
            const double above = value();
            element = here - step;
            const double below = value();
            element = here;
            const double numeric = (above - below) / (2 * step);
            const double analytic =
                gradients.parameters[name].flat()[gradients.parameters[name].flat().size() / 2];
            CHECK(std::abs(analytic - numeric) <= 1e-6 * std::max(1.0, std::abs(numeric)));
        }
    }
}
