// Layers of few channels, and what lies at the edge of all layers: nothing to do, huge steps, infinities.
#include <cmath>

#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution_engine.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("04 convolution");

TEST_CASE("s-08: layers with one or few channels are naive to the last bit in large batches") {
    for (const int batch : {9, 17})
        for (const auto& [channels, filters] : {std::pair{1, 6}, {1, 5}, {6, 16}, {3, 2}}) {
            const Tensor x = small_integers({batch, 11, 13, channels});
            const Tensor w = small_integers({5, 4, channels, filters}, 2),
                         b = small_integers({.c = filters}, 3);
            const Convolution layer{.padding = {2, 1, 0, 3}};
            CAPTURE(batch);
            CAPTURE(w.shape());
            const Tensor y = naive::conv2d(x, w, b, layer), dy = small_integers(y.shape(), 5);
            CHECK(engine::conv2d(x, w, b, layer) == y);
            CHECK(engine::conv2d_backward_input(dy, w, x.shape(), layer) ==
                  naive::conv2d_backward_input(dy, w, x.shape(), layer));
            CHECK(engine::conv2d_backward_filters(dy, x, w.shape(), layer) ==
                  naive::conv2d_backward_filters(dy, x, w.shape(), layer));
        }
}

TEST_CASE("s-08: one thread and three give narrow layers the same bits") {
    const Tensor x = normal_numbers({20, 9, 10, 1}), w = normal_numbers({3, 3, 1, 6}, 2);
    const Tensor one_image = normal_numbers({1, 40, 30, 8}), wide = normal_numbers({3, 3, 3, 8}, 3);
    const ThreadCount restored;
    set_threads(1);
    const Tensor y = engine::conv2d(x, w, {}, {});
    const Tensor dw = engine::conv2d_backward_filters(y, x, w.shape(), {}), db = bias_gradient(y);
    const Tensor dx = engine::conv2d_backward_input(one_image, wide, {1, 42, 32, 3}, {});
    set_threads(3);
    CHECK(engine::conv2d(x, w, {}, {}) == y);
    CHECK(engine::conv2d_backward_filters(y, x, w.shape(), {}) == dw);
    CHECK(bias_gradient(y) == db);
    CHECK(engine::conv2d_backward_input(one_image, wide, {1, 42, 32, 3}, {}) == dx);
}

TEST_CASE("s-08: an infinite gradient stays inside of its window where channels are few") {
    for (const int channels : {1, 3, 6}) {
        const Convolution layer{.stride = 3};
        const Tensor w = small_integers({2, 2, channels, 5}, 2);
        Tensor dy({1, 4, 4, 5});
        dy(0, 1, 1, 2) = INFINITY;
        const Tensor dx = engine::conv2d_backward_input(dy, w, {1, 11, 11, channels}, layer);
        for (int i = 0; i < 11; ++i)
            for (int j = 0; j < 11; ++j)
                for (int k = 0; k < channels; ++k)
                    if (i < 3 || i > 4 || j < 3 || j > 4) CHECK(dx(0, i, j, k) == 0);
    }
}

TEST_CASE("s-08: a batch of no images gives no maps and filters' gradients of zero") {
    for (const Shape& w : {Shape{3, 3, 3, 8}, {5, 5, 1, 6}, {3, 3, 32, 40}}) {
        const Shape none{0, 9, 9, w.w};
        const Tensor x(none), filters = small_integers(w);
        for (const auto conv2d : {&naive::conv2d, &optimized::conv2d, &engine::conv2d})
            CHECK(conv2d(x, filters, {}, {}).shape().n == 0);
        const Tensor dy(convolved_shape(none, w, {}));
        CHECK(engine::conv2d_backward_input(dy, filters, none, {}).shape() == none);
        CHECK(engine::conv2d_backward_filters(dy, x, w, {}) == Tensor(w));
    }
}

TEST_CASE("s-08: a stride of any size takes time by its work, and sizes beyond 2^30 are refused") {
    const Tensor x = small_integers({1, 5, 6, 20}), w = small_integers({3, 2, 20, 17}, 2);
    for (const int stride : {1000, 1 << 27, 2147483646}) {
        const Convolution layer{.stride = stride, .padding = 1};
        const Tensor y = naive::conv2d(x, w, {}, layer), dy = small_integers(y.shape(), 3);
        CHECK(engine::conv2d(x, w, {}, layer) == y);
        CHECK(optimized::conv2d(x, w, {}, layer) == y);
        CHECK(engine::conv2d_backward_input(dy, w, x.shape(), layer) ==
              naive::conv2d_backward_input(dy, w, x.shape(), layer));
        CHECK(engine::conv2d_backward_filters(dy, x, w.shape(), layer) ==
              naive::conv2d_backward_filters(dy, x, w.shape(), layer));
    }
    CHECK(error_of([&] { convolved_shape(x.shape(), w.shape(), {.padding = 2147483647}); }) ==
          "conv2d: the padded input is 4294967299x4294967300 with a padding of top 2147483647 bottom "
          "2147483647 left 2147483647 right 2147483647; each side and the padded map must stay below 2^30");
}

TEST_CASE("s-08: the ReLU takes any view") {
    Graph net;
    const Node y = relu(net.input({.w = 2}));
    const Operation& operation = *net.entry(y).operation;
    const Tensor x = slide("1 -2 -3 4"), dy = slide("5 6 7 8");
    Tensor out({.w = 2}), dx({.w = 2});
    operation.forward({{{View(x).strided({1, 2})}, {}, {}}, {}}, out);
    CHECK(out == slide("1 0"));
    operation.backward({{{View(x).strided({1, 2})}, {}, {}}, {}, out, View(dy).strided({1, 2}), {dx}});
    CHECK(dx == slide("5 0"));
}

TEST_SUITE_END();
