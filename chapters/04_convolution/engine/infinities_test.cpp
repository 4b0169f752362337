// Infinite numbers and NaN: zero padding is no number, so a tap on it adds nothing.
#include "common/machine/simd.hpp"
#include "convolution_engine.hpp"
#include "infinities_testing.hpp"

using namespace cnn;
using namespace cnn::infinities_testing;
using simd::lanes;

TEST_SUITE_BEGIN("04 convolution infinities");

TEST_CASE("s-06: an infinite weight that meets only padding adds nothing") {
    constexpr real infinity = std::numeric_limits<real>::infinity();
    for (const auto& [channels, filters] : {std::pair{1, 2}, {1, 20}, {3, 5}, {lanes, lanes + 1}})
        for (const real strange : {infinity, -infinity, std::numeric_limits<real>::quiet_NaN()}) {
            Tensor x({.h = 1, .w = 2, .c = channels}), w({3, 3, channels, filters});
            fill(x, 1), fill(w, 1);
            fill(w.view().images(0, 1), strange);  // the upper row of taps
            for (const auto conv2d : {naive::conv2d, optimized::conv2d, engine::conv2d}) {
                const Tensor y = conv2d(x, w, {}, {.padding = 1});
                for (const real value : y.flat()) CHECK(value == 2 * channels);
            }
            // So does an infinite gradient whose tap met only padding.
            Tensor dy({.h = 1, .w = 2, .c = filters});
            fill(dy, strange);
            for (const auto backward : {naive::conv2d_backward_filters, engine::conv2d_backward_filters}) {
                const Tensor dw = backward(dy, x, w.shape(), {.padding = 1});
                for (const int m : {0, 2})
                    for (int n = 0; n < 3; ++n) CHECK(dw(m, n, 0, 0) == 0);
                CHECK(!std::isfinite(dw(1, 1, 0, 0)));
            }
        }
}

TEST_CASE("s-08: infinities and NaN in pixels and weights and gradients reach what naive says") {
    Random random(fuzz_seed("infinities", 806));
    for (int trial = 0; trial < 400; ++trial) {
        const int sizes[] = {1, 1, 2, 3, 6, lanes, lanes + 1};
        const int groups = random.below(4) == 0 ? 2 : 1;
        const int channels = sizes[random.below(7)], filters = groups * (1 + random.below(lanes + 2));
        const Shape w_shape{1 + random.below(4), 1 + random.below(4), channels, filters};
        const Shape x_shape{1 + random.below(2), 4 + random.below(4), 4 + random.below(9), channels * groups};
        const auto side = [&] { return random.below(4) - 1; };
        Convolution layer{.stride = {1 + random.below(2), 1 + random.below(2)},
                          .padding = {side(), side(), side(), side()},
                          .groups = groups};
        if (random.below(5) == 0) layer.mode = PaddingMode::replicate;
        if (error_of([&] { convolved_shape(x_shape, w_shape, layer); }) != "no error") continue;
        CAPTURE(trial);
        CAPTURE(x_shape);
        CAPTURE(w_shape);
        CAPTURE(layer.padding);
        const auto draw = [&](const Shape& shape) {
            return random.below(2) == 0 ? with_infinities(shape, random)
                                        : small_integers(shape, random.bits());
        };
        const Tensor x = draw(x_shape), w = draw(w_shape), y = naive::conv2d(x, w, {}, layer);
        const Tensor dy = draw(y.shape());
        CHECK(same_or_nan(optimized::conv2d(x, w, {}, layer), y));
        CHECK(same_or_nan(engine::conv2d(x, w, {}, layer), y));
        CHECK(same_or_nan(engine::conv2d_backward_input(dy, w, x_shape, layer),
                          naive::conv2d_backward_input(dy, w, x_shape, layer)));
        CHECK(same_or_nan(engine::conv2d_backward_filters(dy, x, w_shape, layer),
                          naive::conv2d_backward_filters(dy, x, w_shape, layer)));
    }
}

TEST_SUITE_END();
