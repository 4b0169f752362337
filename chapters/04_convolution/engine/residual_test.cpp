// The end of a residual block in one pass: convolution, addition, activation.
#include "common/base/random.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("04 convolution");

TEST_CASE("s-20: a residual is added and the activation applied before the store - as three nodes do it") {
    Random random(20);
    for (int round = 0; round < 300; ++round) {
        const int groups = 1 + random.below(2), channels = 1 + random.below(9);
        const Shape w{1 + random.below(3), 1 + random.below(3), channels, groups * (1 + random.below(40))};
        const Shape x_shape{1 + random.below(2), 3 + random.below(6), 3 + random.below(16),
                            channels * groups};
        const Convolution layer{.filters = w.c,
                                .kernel = {w.n, w.h},
                                .stride = 1 + random.below(2),
                                .padding = random.below(3),
                                .groups = groups,
                                .bias = random.below(2) == 1,
                                .activation = Activation(random.below(3))};
        CAPTURE(x_shape);
        CAPTURE(w);
        Graph net;
        const Node image = net.input(x_shape);
        const Node skip = net.input(convolved_shape(x_shape, w, layer), "skip");
        const Node fused = conv_plus(image, skip, layer, "conv");
        Weights weights;
        weights.set("conv.weight", small_integers(w, 2));
        if (layer.bias) weights.set("conv.bias", small_integers({.c = w.c}, 3));
        const Tensor x = small_integers(x_shape), residual = small_integers(net.entry(skip).shape, 4);

        Convolution sums = layer;
        sums.activation = Activation::none;
        Tensor y =
            naive::conv2d(x, weights["conv.weight"], layer.bias ? View(weights["conv.bias"]) : View(), sums);
        add(residual, y);
        for (real& value : y.flat()) value = activated(value, layer.activation);
        const Feeds feeds{{image, x}, {skip, residual}};
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
            CHECK(run(net, weights, feeds, {fused}, {.kernels = kernels})[fused] == y);
        Session session(net, weights, {{image, x_shape}, {skip, residual.shape()}}, {fused});
        CHECK(Tensor(session.run(feeds)[0]) == y);
    }
}

TEST_SUITE_END();
