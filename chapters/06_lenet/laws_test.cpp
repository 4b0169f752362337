// What no slide states: optimized is naive, the gradients are adjoints, and the fused loss survives what the
// naive one does not.
#include <cmath>
#include <limits>

#include "common/graph/run.hpp"
#include "common/machine/parallel.hpp"
#include "common/machine/simd.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"

using namespace cnn;

namespace {

constexpr int lanes = simd::lanes;

Tensor some_labels(Shape shape, int classes) {
    Tensor labels(shape);
    Random random(3);
    for (real& label : labels.flat()) label = real(random.below(classes));
    return labels;
}

// The results of `body` on one thread and on three.
template <class Body>
void check_threads(const Body& body) {
    const int before = threads();
    set_threads(1);
    const Tensor one = body();
    set_threads(3);
    CHECK(body() == one);
    set_threads(before);
}

}  // namespace

TEST_SUITE_BEGIN("06 lenet");

TEST_CASE("s-10: optimized dense is naive dense to the last bit, forward and backward") {
    for (const int batch : {1, 3, 7, 25})
        for (const Shape& map :
             {Shape{}, Shape{.c = 3}, Shape{.h = 3, .w = 2, .c = 5}, Shape{.h = 5, .w = 5, .c = 13}})
            for (const int units : {1, 3, lanes - 1, lanes, lanes + 1, 4 * lanes, 6 * lanes + 2}) {
                const Tensor x = small_integers({batch, map.h, map.w, map.c});
                const Tensor w = small_integers({map.h, map.w, map.c, units}, 2);
                const Tensor b = small_integers({.c = units}, 3);
                CAPTURE(x.shape());
                CAPTURE(units);
                const Tensor y = naive::dense(x, w, b);
                CHECK(optimized::dense(x, w, b) == y);
                CHECK(optimized::dense(x, w, {}) == naive::dense(x, w, {}));
                const Tensor dy = small_integers(y.shape(), 4);
                CHECK(optimized::dense_backward_input(dy, w, x.shape()) ==
                      naive::dense_backward_input(dy, w, x.shape()));
                CHECK(optimized::dense_backward_weights(dy, x, w.shape()) ==
                      naive::dense_backward_weights(dy, x, w.shape()));
            }
}

TEST_CASE("s-10: more inputs than a panel is deep, and a view whose images lie apart") {
    const Tensor wide = small_integers({.n = 4, .h = 1, .w = 8, .c = 150});
    const View x = wide.view().channels(1, 83);
    const Tensor w = small_integers({1, 8, 83, lanes + 2}, 2);
    const Tensor y = naive::dense(x, w, {});
    CHECK(optimized::dense(x, w, {}) == y);
    CHECK(optimized::dense_backward_weights(y, x, w.shape()) ==
          naive::dense_backward_weights(y, x, w.shape()));
}

TEST_CASE("s-10: the gradients of a dense layer are adjoints: <dy, x w> = <dx, x> = <dw, w>") {
    const Tensor x = small_integers({.n = 3, .h = 2, .w = 2, .c = 5}), w = small_integers({2, 2, 5, 7}, 2);
    const Tensor dy = small_integers({.n = 3, .c = 7}, 3);
    const double product = dot(dy, optimized::dense(x, w, {}));
    CHECK(dot(optimized::dense_backward_input(dy, w, x.shape()), x) == product);
    CHECK(dot(optimized::dense_backward_weights(dy, x, w.shape()), w) == product);
}

TEST_CASE("s-10: the partly connected layer is naive to the last bit") {
    const Connections& table = c3_table();
    const Tensor x = small_integers({.n = 3, .h = 9, .w = 7, .c = 6}), w = small_integers({5, 5, 1, 60}, 2);
    const Tensor b = small_integers({.c = 16}, 3);
    const Tensor y = naive::partial_conv2d(x, w, b, table);
    CHECK(optimized::partial_conv2d(x, w, b, table) == y);
    const Tensor dy = small_integers(y.shape(), 4);
    CHECK(optimized::partial_conv2d_backward_input(dy, w, x.shape(), table) ==
          naive::partial_conv2d_backward_input(dy, w, x.shape(), table));
    CHECK(optimized::partial_conv2d_backward_filters(dy, x, w.shape(), table) ==
          naive::partial_conv2d_backward_filters(dy, x, w.shape(), table));
}

TEST_CASE("s-04: optimized subsampling is naive to the last bit") {
    for (const int channels : {1, 3, lanes, lanes + 1}) {
        const Tensor x = small_integers({.n = 3, .h = 4, .w = 6, .c = channels});
        const Tensor w = small_integers({.c = channels}, 2), b = small_integers({.c = channels}, 3);
        const Tensor y = naive::subsample(x, w, b);
        CHECK(optimized::subsample(x, w, b) == y);
        CHECK(optimized::subsample_backward_input(y, w, x.shape()) ==
              naive::subsample_backward_input(y, w, x.shape()));
        CHECK(optimized::subsample_backward_weights(y, x) == naive::subsample_backward_weights(y, x));
    }
}

TEST_CASE("s-10: softmax and both losses agree within a few roundings of their exponentials") {
    const double bound = 1e-6;
    for (const Shape& shape :
         {Shape{.n = 5, .c = 10}, Shape{.n = 2, .h = 40, .w = 30, .c = 3}, Shape{.c = 1}}) {
        const Tensor z = normal_numbers(shape), labels = some_labels({shape.n, shape.h, shape.w, 1}, shape.c);
        CHECK(largest_difference(optimized::softmax(z), naive::softmax(z)) <= bound);
        const Tensor p = naive::softmax(z), dp = normal_numbers(shape, 2);
        CHECK(largest_difference(optimized::softmax_backward(dp, p), naive::softmax_backward(dp, p)) <=
              bound);
        CHECK(optimized::softmax_cross_entropy(z, labels) ==
              doctest::Approx(naive::softmax_cross_entropy(z, labels)).epsilon(1e-5));
        CHECK(largest_difference(optimized::softmax_cross_entropy_backward(z, labels),
                                 naive::softmax_cross_entropy_backward(z, labels)) <= bound);
    }
    const Tensor a = normal_numbers({.n = 2, .h = 5, .w = 7, .c = 3});
    const Tensor f = naive::squash(a);
    CHECK(largest_difference(optimized::squash(a), f) <= bound);
    CHECK(largest_difference(optimized::squash_backward(a, f), naive::squash_backward(a, f)) <= bound);
}

// [survives]
TEST_CASE("s-10: where the naive loss takes the logarithm of zero the fused one is right") {
    Tensor z({.c = 2}), labels(Shape{});
    z(0, 0, 0, 1) = 200;  // the truth, class 0, trails by 200: its probability is below the smallest float
    CHECK(naive::softmax(z)(0, 0, 0, 0) == 0);
    CHECK(naive::softmax_cross_entropy(z, labels) == std::numeric_limits<real>::infinity());
    CHECK(optimized::softmax_cross_entropy(z, labels) == 200);
    CHECK(optimized::softmax_cross_entropy_backward(z, labels)(0, 0, 0, 0) == -1);
}
// [survives]

TEST_CASE("s-10: softmax does not overflow, and a NaN stays to be seen") {
    Tensor z({.c = 3});
    z(0, 0, 0, 0) = 1000;
    z(0, 0, 0, 1) = 1000;
    for (const auto softmax : {naive::softmax, optimized::softmax}) {
        CHECK(softmax(z)(0, 0, 0, 0) == 0.5);
        Tensor broken = z;
        broken(0, 0, 0, 2) = std::numeric_limits<real>::quiet_NaN();
        CHECK(std::isnan(softmax(broken)(0, 0, 0, 0)));
    }
}

TEST_CASE("s-10: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 64, .h = 5, .w = 5, .c = 16}),
                 w = normal_numbers({5, 5, 16, 120}, 2);
    const Tensor b = normal_numbers({.c = 120}, 3), dy = normal_numbers({.n = 64, .c = 120}, 4);
    check_threads([&] { return optimized::dense(x, w, b); });
    check_threads([&] { return optimized::dense_backward_input(dy, w, x.shape()); });
    check_threads([&] { return optimized::dense_backward_weights(dy, x, w.shape()); });
    const Tensor z = normal_numbers({.n = 8, .h = 20, .w = 20, .c = 10});
    const Tensor labels = some_labels({8, 20, 20, 1}, 10);
    check_threads([&] { return optimized::softmax_cross_entropy_backward(z, labels); });
}

TEST_CASE("s-10: wrong use is refused in one line that names the remedy") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 2, .c = 3}), z = graph.input({.c = 10}, "z");
    const Node labels = graph.input({}, "labels");
    CHECK(error_of([&] {
              dense_shape({.n = 4, .h = 6, .w = 6, .c = 16}, {5, 5, 16, 120});
          }) ==
          "dense: the weights are for a map of 5x5x16, but the input is 6x6x16 for each image; a dense layer "
          "has "
          "one size of input");
    CHECK(error_of([&] { dense(x, 0); }) == "dense: 0 units asked for; at least 1 is needed");
    CHECK(error_of([&] { softmax_cross_entropy(x, labels); }) ==
          "loss: softmax_cross_entropy: the labels are 1x1x1x1, the logits 1x2x2x3; one label for each image "
          "and "
          "position is needed");
    CHECK(error_of([&] { map_loss(x, labels, "map"); }) ==
          "map: map_loss: the labels are 1x1x1x1, the penalties 1x2x2x3; one label for each image is needed");
    CHECK(error_of([&] { subsample(graph.input({.h = 4, .w = 5, .c = 1}, "odd"), "s2"); }) ==
          "s2: subsample: the map is 4x5; both sides must be even, or pixels would be left over");
    CHECK(error_of([&] {
              partial_conv(graph.input({.h = 5, .w = 5, .c = 2}, "two"), 5, {{0, 2}}, "c3");
          }) == "c3: partial_conv2d: the table names map 2, but the input has 2, counted from 0");
    CHECK(error_of([&] { rbf(z, garment_codes(), "output"); }) ==
          "output: rbf: the input is 1x1x10; the codes have 84 numbers each");

    // Labels come with the data, so they are looked at when the loss runs.
    const Node loss = softmax_cross_entropy(z, labels);
    const Tensor logits({.n = 2, .c = 10});
    Tensor classes({.n = 2});
    const auto fed = [&](const Tensor& classes) {
        return error_of([&] { run(graph, {}, {{z, logits}, {labels, classes}}, {loss}); });
    };
    CHECK(fed(classes) == "no error");
    classes(1, 0, 0, 0) = 10;
    CHECK(fed(classes) ==
          "softmax_cross_entropy: the label 10 of image 1 is no class; there are 10, counted from 0");
    classes(1, 0, 0, 0) = real(2.5);
    CHECK(fed(classes) ==
          "softmax_cross_entropy: the label 2.5 of image 1 is no class; there are 10, counted from 0");
    classes(1, 0, 0, 0) = std::numeric_limits<real>::quiet_NaN();
    CHECK(fed(classes) ==
          "softmax_cross_entropy: the label nan of image 1 is no class; there are 10, counted from 0");
    CHECK(fed(Tensor({.n = 3})) ==
          "softmax_cross_entropy: the labels are 3x1x1x1, the logits 2x1x1x10; one label for each image and "
          "position is needed");
}

TEST_SUITE_END();
