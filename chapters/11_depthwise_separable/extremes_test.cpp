// What is empty, infinite, huge, repeated around the map, or a view of something larger.
#include <cmath>
#include <limits>

#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "depthwise_testing.hpp"
#include "infinities_testing.hpp"

using namespace cnn;
using namespace cnn::depthwise_testing;
using simd::lanes;

namespace {

void same(View x, View w, View b, const Depthwise& layer) {
    same_steps(x, w, b, layer);
    same_engine(x, w, b, layer);
}

}  // namespace

TEST_SUITE_BEGIN("11 depthwise extremes");

TEST_CASE("s-15: padding modes are those of a padded copy forward and backward") {
    const Tensor x = small_integers({2, 6, 9, lanes + 1}), w = small_integers({3, 3, 1, lanes + 1}, 2);
    for (const PaddingMode mode :
         {PaddingMode::replicate, PaddingMode::symmetric, PaddingMode::reflect, PaddingMode::circular})
        for (const int stride : {1, 2}) {
            const Depthwise layer{.stride = stride, .padding = {1, 2, 2, 1}, .mode = mode};
            same(x, w, {}, layer);
            CHECK(optimized::depthwise_conv2d(x, w, {}, layer) ==
                  naive::depthwise_conv2d(naive::pad(x, {layer.padding, mode}), w, {}, {.stride = stride}));
        }
}

TEST_CASE("s-15: empty in and empty out, and no images give the filters no gradient") {
    const ThreadCount restored;
    for (const int count : {1, 2}) {
        set_threads(count);
        for (const int c : {3, lanes, 2 * lanes + 1}) {
            const Tensor w = small_integers({3, 3, 1, c}, 2);
            same(Tensor(Shape{0, 5, 6, c}), w, {}, {.padding = 1});
            same(Tensor(Shape{1, 0, 6, c}), w, small_integers({.c = c}), {.padding = 2});
        }
        same(Tensor(Shape{2, 5, 6, 0}), Tensor(Shape{3, 3, 1, 0}), {}, {.padding = 1});
    }
}

TEST_CASE("s-15: any view is a depthwise layer's input and gradient and filters") {
    const int c = lanes + 1;
    const Tensor wide = small_integers({2, 14, 20, c + 3}), taps = small_integers({5, 5, 1, c + 2}, 2),
                 gradient = small_integers({2, 12, 20, c + 3}, 3), bias = small_integers({.c = c + 2}, 4);
    const View w = taps.view().strided(2).channels(1, c), b = bias.view().channels(2, c);
    for (const View x :
         {wide.view().window(2, 3, {6, 9}).channels(2, c), wide.view().strided(2).channels(1, c)})
        for (const int stride : {1, 2}) {
            const Depthwise layer{.stride = stride, .padding = 1};
            const Shape shape = depthwise_shape(x.shape, w.shape, layer);
            const View dy = gradient.view().window(1, 1, {shape.h, shape.w}).channels(3, c);
            same(x, w, b, layer);
            for (const auto& rung : depthwise_ladder())
                CHECK(rung.call(x, w, b, layer) ==
                      naive::depthwise_conv2d(Tensor(x), Tensor(w), Tensor(b), layer));
            CHECK(engine::depthwise_conv2d_backward_input(dy, w, x.shape, layer) ==
                  naive::depthwise_conv2d_backward_input(Tensor(dy), Tensor(w), x.shape, layer));
            CHECK(engine::depthwise_conv2d_backward_filters(dy, x, w.shape, layer) ==
                  naive::depthwise_conv2d_backward_filters(Tensor(dy), Tensor(x), w.shape, layer));
        }
}

TEST_CASE("s-15: what is infinite reaches no sum but its own") {
    constexpr real infinity = std::numeric_limits<real>::infinity();
    const auto finite = [](const Tensor& t) {
        std::int64_t count = 0;
        for (const real value : t.flat()) count += std::isfinite(value) ? 1 : 0;
        return count;
    };
    for (const int c : {3, lanes, lanes + 2}) {
        const Depthwise layer{.padding = 1};
        Tensor w({3, 3, 1, c}), x({.h = 6, .w = 15, .c = c}), dy(x.shape());
        fill(w, 1), fill(x, 1), fill(dy, 1);
        // The upper left pixel of dy lies under four taps on the map.  The others add nothing.
        dy(0, 0, 0, 0) = infinity;
        for (const auto backward :
             {naive::depthwise_conv2d_backward_filters, engine::depthwise_conv2d_backward_filters}) {
            const Tensor dw = backward(dy, x, w.shape(), layer);
            CHECK(finite(dw) == 9 * c - 4);
            CHECK(dw(1, 1, 0, 0) == infinity);
        }
        // The lower right pixel of x lies under four taps of the four outputs around it.
        dy(0, 0, 0, 0) = 1;
        x(0, 5, 14, 0) = infinity;
        for (const auto backward :
             {naive::depthwise_conv2d_backward_filters, engine::depthwise_conv2d_backward_filters}) {
            const Tensor dw = backward(dy, x, w.shape(), layer);
            CHECK(finite(dw) == 9 * c - 4);
            CHECK(dw(2, 2, 0, 0) == infinity);
        }
        // A tap that meets only padding.
        x(0, 5, 14, 0) = 1;
        w(0, 0, 0, 0) = -infinity;
        const Tensor one = Tensor(x.view().window(0, 0, 1));
        for (const auto forward :
             {naive::depthwise_conv2d, optimized::depthwise_conv2d, engine::depthwise_conv2d})
            CHECK(forward(one, w, {}, layer)(0, 0, 0, 0) == 1);
    }
}

TEST_CASE("s-15: infinities and NaN reach what naive says in any layer") {
    using namespace infinities_testing;
    Random random(fuzz_seed("depthwise infinities", 1506));
    for (int trial = 0; trial < 200; ++trial) {
        const RandomLayer all(random);
        Depthwise layer = all.layer;
        layer.activation = Activation::none;
        CAPTURE(trial);
        const Tensor x = with_infinities(all.x().shape, random), w = with_infinities(all.w.shape(), random);
        const Tensor y = naive::depthwise_conv2d(x, w, {}, layer), dy = with_infinities(y.shape(), random);
        CHECK(same_or_nan(optimized::depthwise_conv2d(x, w, {}, layer), y));
        CHECK(same_or_nan(engine::depthwise_conv2d(x, w, {}, layer), y));
        CHECK(same_or_nan(engine::depthwise_conv2d_backward_input(dy, w, x.shape(), layer),
                          naive::depthwise_conv2d_backward_input(dy, w, x.shape(), layer)));
        CHECK(same_or_nan(engine::depthwise_conv2d_backward_filters(dy, x, w.shape(), layer),
                          naive::depthwise_conv2d_backward_filters(dy, x, w.shape(), layer)));
    }
}

TEST_CASE("s-15: huge strides and dilations and paddings are right or one Error") {
    const Tensor x = small_integers({.h = 5, .w = 6, .c = 3}), w = small_integers({3, 3, 1, 3}, 2);
    const int huge = std::numeric_limits<int>::max();
    for (const int stride : {1000, 1 << 27, huge - 1, huge}) same(x, w, {}, {.stride = stride, .padding = 1});
    same(x, small_integers({1, 1, 1, 3}, 2), {}, {.dilation = huge});
    const auto refused = [&](const Depthwise& layer) {
        return error_of([&] { depthwise_shape(x.shape(), w.shape(), layer); });
    };
    CHECK(
        refused({.dilation = 1 << 30}) ==
        "depthwise_conv2d: the window reaches over 2147483649, more than the padded input of 5; pad more or "
        "take a smaller kernel");
    CHECK(
        refused({.padding = huge}) ==
        "depthwise_conv2d: padding of 2147483647 and 2147483647 around 5; each side and the padded map must "
        "stay below 2^30");
    CHECK(refused({.padding = -huge}) ==
          "depthwise_conv2d: padding of -2147483647 and -2147483647 around 5; each side and the padded map "
          "must "
          "stay below 2^30");
}

TEST_SUITE_END();
