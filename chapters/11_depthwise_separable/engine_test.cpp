// The engine is naive to the last bit, its gradients are adjoints, and nothing depends on threads.
#include "common/kernels/nontemporal.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "depthwise_testing.hpp"

using namespace cnn;
using namespace cnn::depthwise_testing;
using simd::lanes;

TEST_SUITE_BEGIN("11 depthwise engine");

TEST_CASE("s-15: the depthwise engine is the naive one to the last bit on awkward shapes") {
    for (const Depthwise& layer : awkward_layers()) {
        on_awkward_shapes([&](const View& x, const View& w, const View& b) { same_engine(x, w, b, layer); });
        // Pixels whose lines compete for places in a cache: windows a page apart.
        for (const int channels : {512, 500})
            same_engine(small_integers({.h = 6, .w = 14, .c = 512}).view().channels(0, channels),
                        small_integers({3, 3, 1, channels}, 2), small_integers({.c = channels}, 4), layer);
        // Enough pixels for the filter gradient to have sums for blocks of rows, across images.
        same_engine(small_integers({3, 31, 33, lanes + 1}), small_integers({3, 3, 1, lanes + 1}, 2), {},
                    layer);
    }
}

TEST_CASE("s-15: the depthwise engine is the naive one to the last bit on 2000 random layers") {
    const std::uint64_t seed = fuzz_seed("depthwise", 1115);
    CAPTURE(seed);
    Random random(seed);
    for (int layer = 0; layer < 2000; ++layer) {
        CAPTURE(layer);
        const RandomLayer drawn(random);
        same_engine(drawn.x(), drawn.w, drawn.b(), drawn.layer, random.bits());
    }
}

TEST_CASE("s-15: maps that leave the caches are the same to the last bit") {
    const Tensor x = small_integers({1, 500, 540, 16}), w = small_integers({3, 3, 1, 16}, 2);
    for (const int stride : {1, 2}) {
        CHECK(large(x.shape().size() + x.view().strided(stride).shape.size()));
        same_engine(x, w, {}, {.stride = stride, .padding = 1}, 3);
    }
    // Many channels, and rows left over where some are taken together.
    for (const int rows : {161, 162, 163}) {
        const Tensor many = small_integers({1, rows, 164, 80});
        CHECK(large(2 * many.shape().size()));
        same_engine(many, small_integers({3, 3, 1, 80}, 2), {}, {.padding = 1}, 3);
    }
}

TEST_CASE("s-15: the result may be a slice of wider pixels and its neighbours stay as they were") {
    for (const int c : {lanes - 1, lanes + 1})
        for (const int stride : {1, 2}) {
            const Tensor x = small_integers({2, 6, 15, c}), w = small_integers({3, 3, 1, c}, 2);
            const Depthwise layer{.stride = stride, .padding = 1};
            const Shape y = depthwise_shape(x.shape(), w.shape(), layer);
            Tensor wide({y.n, y.h, y.w, c + 2});
            fill(wide, 99);
            engine::depthwise_conv2d_into(x, w, {}, layer, wide.view().channels(1, c));
            CHECK(Tensor(wide.view().channels(1, c)) == naive::depthwise_conv2d(x, w, {}, layer));
            Tensor edge({y.n, y.h, y.w, 1});
            fill(edge, 99);
            CHECK(Tensor(wide.view().channels(0, 1)) == edge);
            CHECK(Tensor(wide.view().channels(c + 1, 1)) == edge);

            const Tensor dy = small_integers(y, 3);
            Tensor dx({2, 6, 15, c + 2});
            fill(dx, 99);
            engine::depthwise_conv2d_backward_input_into(dy, w, layer, dx.view().channels(1, c));
            CHECK(Tensor(dx.view().channels(1, c)) ==
                  naive::depthwise_conv2d_backward_input(dy, w, x.shape(), layer));
            CHECK(dot(dx.view().channels(0, 1), dx.view().channels(c + 1, 1)) == 2 * 6 * 15 * 99.0 * 99.0);
        }
}

TEST_CASE("s-15: the gradients are the adjoints of the depthwise convolution") {
    for (const int stride : {1, 2, 3}) {
        const Depthwise layer{.stride = stride, .padding = {1, 0, 2, 1}, .dilation = {2, 1}};
        const Tensor x = small_integers({2, 8, 9, lanes + 3}), w = small_integers({3, 2, 1, lanes + 3}, 2);
        const Tensor y = engine::depthwise_conv2d(x, w, {}, layer), dy = small_integers(y.shape(), 3);
        const double both = dot(y, dy);
        CHECK(dot(x, engine::depthwise_conv2d_backward_input(dy, w, x.shape(), layer)) == both);
        CHECK(dot(w, engine::depthwise_conv2d_backward_filters(dy, x, w.shape(), layer)) == both);
    }
}

TEST_CASE("s-15: one thread and three give the same bits forward and backward") {
    const Tensor x = normal_numbers({2, 40, 37, 70}), w = normal_numbers({3, 3, 1, 70}, 2);
    for (const int stride : {1, 2}) {
        const Depthwise layer{.stride = stride, .padding = 1};
        const Tensor dy = normal_numbers(depthwise_shape(x.shape(), w.shape(), layer), 3);
        const ThreadCount restored;
        std::vector<Tensor> results;
        for (const int count : {1, 3}) {
            set_threads(count);
            results.push_back(engine::depthwise_conv2d(x, w, {}, layer));
            results.push_back(engine::depthwise_conv2d_backward_input(dy, w, x.shape(), layer));
            results.push_back(engine::depthwise_conv2d_backward_filters(dy, x, w.shape(), layer));
        }
        for (std::size_t i = 0; i < 3; ++i) CHECK(results[i] == results[i + 3]);
    }
}

TEST_SUITE_END();
