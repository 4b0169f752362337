// Built with double: crop, and a U-Net's loss of every pixel, against finite differences.
#include "common/graph/differentiate.hpp"
#include "common/testing/testing.hpp"
#include "crop.hpp"
#include "loss/loss.hpp"
#include "unet.hpp"

using namespace cnn;

TEST_CASE("s-16: the gradient of a crop agrees with finite differences") {
    Graph net;
    const Node y = crop(net.input({.h = 5, .w = 6, .c = 2}), {1, 2, 0, 3});
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 5, 6, 2})}, {}, {kernels}) < 1e-6);
}

TEST_CASE("s-16: the gradient of the loss of all pixels through a U-Net agrees with finite differences") {
    Graph net;
    const Classifier u = unet(net, {.input = 20, .classes = 3, .widths = {2, 3}});
    const Shape out = u.logits.shape();
    const Node labels = net.input({.h = out.h, .w = out.w}, "labels");
    const Node loss = softmax_cross_entropy(u.logits, labels, "loss");
    const Weights weights = initialise(net, 3);
    Tensor image = normal_numbers({1, 20, 20, 1}), which({1, out.h, out.w, 1}), one(Shape{});
    for (int i = 0; i < out.h; ++i)
        for (int j = 0; j < out.w; ++j) which(0, i, j, 0) = real((i + 2 * j) % 3);
    fill(one, 1);
    const auto loss_of = [&] {
        return run(net, weights, {{u.image, image}, {labels, which}}, {loss})[loss](0, 0, 0, 0);
    };
    const Activations maps = run(net, weights, {{u.image, image}, {labels, which}}, all_nodes(net));
    const Tensor gradient = differentiate(net, weights, maps, {{loss, one}}, {.nodes = {u.image}})[u.image];
    for (int at = 0; at < 20; at += 3) {
        real& pixel = image(0, at, 19 - at, 0);
        const real before = pixel, step = 1e-6;
        pixel = before + step;
        const real above = loss_of();
        pixel = before - step;
        const real below = loss_of();
        pixel = before;
        CHECK(std::abs((above - below) / (2 * step) - gradient(0, at, 19 - at, 0)) < 1e-7);
    }
}
