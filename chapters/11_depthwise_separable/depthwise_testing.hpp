#pragma once
/// @file  What the chapter's tests share: one layer through every implementation, and layers drawn at random.
#include "common/base/random.hpp"
#include "common/machine/simd.hpp"
#include "common/testing/testing.hpp"
#include "engine/depthwise_engine.hpp"

namespace cnn::depthwise_testing {

/// Calls check(y) with the naive result; what fails in it names the layer.
template <class Check>
void with_naive(View x, View w, View b, const Depthwise& layer, const Check& check) {
    CAPTURE(x.shape);
    CAPTURE(w.shape);
    CAPTURE(layer.stride);
    CAPTURE(layer.padding);
    CAPTURE(layer.dilation);
    CAPTURE(int(layer.activation));
    check(naive::depthwise_conv2d(x, w, b, layer));
}

/// Every step from naive to optimized gives the naive bits.
inline void same_steps(View x, View w, View b, const Depthwise& layer) {
    with_naive(x, w, b, layer, [&](const Tensor& y) {
        for (const auto& rung : depthwise_ladder()) {
            CAPTURE(std::string(rung.name));
            CHECK(rung.call(x, w, b, layer) == y);
        }
    });
}

/// The engine gives the naive bits, forward and both gradients.
inline void same_engine(View x, View w, View b, const Depthwise& layer, std::uint64_t seed = 3) {
    with_naive(x, w, b, layer, [&](const Tensor& y) {
        CHECK(engine::depthwise_conv2d(x, w, b, layer) == y);
        const Tensor dy = small_integers(y.shape(), seed);
        CHECK(engine::depthwise_conv2d_backward_input(dy, w, x.shape, layer) ==
              naive::depthwise_conv2d_backward_input(dy, w, x.shape, layer));
        CHECK(engine::depthwise_conv2d_backward_filters(dy, x, w.shape, layer) ==
              naive::depthwise_conv2d_backward_filters(dy, x, w.shape, layer));
    });
}

/// Layers with every kind of padding, stride, dilation and activation.
inline std::vector<Depthwise> awkward_layers() {
    return {{.padding = 1},
            {.stride = 2, .padding = 1, .activation = Activation::relu},
            {.stride = 2, .padding = {0, 1, 0, 1}, .activation = Activation::relu6},
            {.stride = {1, 4}, .padding = {2, 0, 0, 3}},
            {.padding = {2, 2, 1, 3}, .dilation = 2}};
}

/// Calls check(x, w, b) for one of these on maps of awkward sizes.
template <class Check>
void on_awkward_shapes(const Check& check) {
    using simd::lanes;
    for (const int channels : {1, 3, lanes - 1, lanes, lanes + 1, 2 * lanes, 3 * lanes + 2})
        for (const int batch : {1, 3})
            check(small_integers({batch, 5, 8, channels}), small_integers({3, 3, 1, channels}, 2),
                  small_integers({.c = channels}, 4));
    for (int width = 2; width <= 2 * lanes + 1; ++width)
        check(small_integers({.h = 5, .w = width, .c = lanes + 1}), small_integers({3, 3, 1, lanes + 1}, 2),
              View{});
}

/// One axis of a layer that fits a map of `size`.
struct Axis {
    int kernel, stride, dilation, before, after;
    Axis(Random& random, int size) {
        do {
            kernel = 1 + (random.below(2) != 0 ? 2 : random.below(5));  // every other one is 3
            stride = 1 + random.below(3);
            dilation = random.below(3) != 0 ? 1 : 1 + random.below(3);
            before = random.below(5) - 1;
            after = random.below(5) - 1;
        } while (size + before + after < (kernel - 1) * dilation + 1);
    }
};

/// A layer and its tensors.
struct RandomLayer {
    Tensor pixels, w, bias;
    int first = 0, channels = 0;
    bool biased = false;
    Depthwise layer;

    explicit RandomLayer(Random& random) {
        using simd::lanes;
        const int sizes[] = {1, 2, 3, lanes - 1, lanes, lanes + 1, 2 * lanes, 2 * lanes + 3};
        channels = sizes[random.below(8)];
        const int multiplier = random.below(8) == 0 ? 2 + random.below(2) : 1;
        const Shape size{1 + random.below(2), 1 + random.below(8), 1 + random.below(18), channels};
        const Axis v(random, size.h), h(random, size.w);
        // Every third input is a slice of wider pixels.
        const bool sliced = random.below(3) == 0;
        first = sliced ? 2 : 0;
        pixels = small_integers({size.n, size.h, size.w, sliced ? channels + 3 : channels}, random.bits());
        w = small_integers({v.kernel, h.kernel, 1, channels * multiplier}, random.bits());
        bias = small_integers({.c = channels * multiplier}, random.bits());
        biased = random.below(2) == 0;
        layer = {.stride = {v.stride, h.stride},
                 .padding = {v.before, v.after, h.before, h.after},
                 .dilation = {v.dilation, h.dilation},
                 .activation = Activation(random.below(3))};
    }
    View x() const { return pixels.view().channels(first, channels); }
    View b() const { return biased ? View(bias) : View{}; }
};

}  // namespace cnn::depthwise_testing
