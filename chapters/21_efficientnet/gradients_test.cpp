// Built with double: every operation and a whole block against finite differences.
#include <cmath>

#include "common/graph/differentiate.hpp"
#include "common/testing/testing.hpp"
#include "efficientnet.hpp"
#include "gate.hpp"
#include "silu.hpp"
#include "stochastic_depth.hpp"

using namespace cnn;

namespace {

constexpr Kernels both[] = {Kernels::naive, Kernels::optimized};

}  // namespace

TEST_CASE("s-21: the gradients of sigmoid and SiLU agree with finite differences") {
    Graph net;
    const Node image = net.input({.h = 3, .w = 4, .c = 5}), s = sigmoid(image), y = silu(image);
    Tensor x = normal_numbers({2, 3, 4, 5});
    for (real& value : x.flat()) value *= 3;
    for (const Kernels kernels : both) {
        CHECK(gradient_error(*net.entry(s).operation, {x}, {}, {kernels}) < 1e-8);
        CHECK(gradient_error(*net.entry(y).operation, {x}, {}, {kernels}) < 1e-8);
    }
}

TEST_CASE("s-21: the gradients of the gate and of stochastic depth agree with finite differences") {
    Graph net;
    const Node x = net.input({.h = 3, .w = 4, .c = 11}, "x"), s = net.input({.c = 11}, "s");
    const Node y = gate(x, s), dropped = stochastic_depth(x, 0.4);
    const Tensor map = normal_numbers({5, 3, 4, 11}), gates = normal_numbers({.n = 5, .c = 11}, 2);
    for (const Kernels kernels : both) {
        CHECK(gradient_error(*net.entry(y).operation, {map, gates}, {}, {kernels}) < 1e-8);
        CHECK(gradient_error(*net.entry(dropped).operation, {map}, {}, {kernels, true, 3}) < 1e-8);
    }
}

TEST_CASE("s-21: in double precision the vectorised exponential is right to five units of 2^-53") {
    Tensor x({.h = 50, .w = 20, .c = 10});
    Random random(3);
    for (real& value : x.flat()) value = random.uniform(-40, 40);
    const Tensor fast = optimized::sigmoid(x), plain = naive::sigmoid(x);
    for (std::size_t i = 0; i < x.flat().size(); ++i)
        CHECK(std::abs(fast.flat()[i] - plain.flat()[i]) <= 10 * 0x1p-53 * plain.flat()[i]);
}

TEST_CASE("s-21: back-propagation through a block with gate and skip agrees with finite differences") {
    Graph graph;
    const Node x = graph.input({.h = 5, .w = 4, .c = 8}), y = mbconv(x, {2, 3, 1, 8, 1}, 0.3, {}, "block");
    Weights weights = initialise(graph, 4);
    const Tensor map = normal_numbers({3, 5, 4, 8}), dy = normal_numbers({3, 5, 4, 8}, 2);
    for (const Kernels kernels : both) {
        const Mode mode{kernels, true, 9};
        const auto value = [&] { return dot(run(graph, weights, {{x, map}}, {y}, mode)[y], dy); };
        const Activations maps = run(graph, weights, {{x, map}}, all_nodes(graph), mode);
        Gradients gradients = differentiate(graph, weights, maps, {{y, dy}}, {{}, trainable(graph)}, mode);
        for (const std::string& name : trainable(graph)) {
            CAPTURE(name);
            const std::size_t middle = weights[name].flat().size() / 2;
            real& element = weights[name].flat()[middle];
            const real here = element, step = 1e-5;
            element = here + step;
            const double above = value();
            element = here - step;
            const double below = value();
            element = here;
            const double numeric = (above - below) / (2 * step),
                         analytic = gradients.parameters[name].flat()[middle];
            CHECK(std::abs(analytic - numeric) <= 1e-6 * std::max(1.0, std::abs(numeric)));
        }
    }
}
