// What no slide states: optimized is naive, the gradients are adjoints, and wrong use is refused.
#include <algorithm>

#include "common/graph/run.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"

using namespace cnn;

namespace {

constexpr int lanes = simd::lanes;

// The results of `body` on one thread and on three.
template <class Body>
void check_threads(const Body& body) {
    Tensor one;
    {
        const ThreadCount single(1);
        one = body();
    }
    const ThreadCount three(3);
    CHECK(body() == one);
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

TEST_CASE("s-10: a batch of no images gives none, and weights a gradient of zeros") {
    const Tensor x(Shape{0, 2, 2, 3}), dy(Shape{0, 1, 1, 5}), w = small_integers({2, 2, 3, 5});
    for (const auto dense : {naive::dense, optimized::dense})
        CHECK(dense(x, w, {}).shape() == Shape{0, 1, 1, 5});
    for (const auto backward : {naive::dense_backward_input, optimized::dense_backward_input})
        CHECK(backward(dy, w, x.shape()).shape() == x.shape());
    for (const auto backward : {naive::dense_backward_weights, optimized::dense_backward_weights})
        CHECK(backward(dy, x, w.shape()) == Tensor(w.shape()));

    Graph graph;
    const Classifier net = lenet5(graph);
    const Weights weights = initialise(graph, 1);
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        CHECK(run(graph, weights, {{net.image, Tensor(Shape{0, 28, 28, 1})}}, {net.logits},
                  {kernels})[net.logits]
                  .shape() == Shape{0, 1, 1, 10});
}

TEST_CASE("s-10: a dense layer flattens by itself and a flatten node only names another shape") {
    Graph graph;
    const Node map = graph.input({.h = 2, .w = 3, .c = 4});
    const Node flat = flatten(map);
    CHECK(flat.shape() == Shape{.c = 24});
    const Tensor x = small_integers({.n = 3, .h = 2, .w = 3, .c = 4}), w = small_integers({2, 3, 4, 5}, 2);
    const Tensor y = run(graph, {}, {{map, x}}, {flat})[flat];
    CHECK(std::ranges::equal(y.flat(), x.flat()));
    CHECK(optimized::dense(y, Tensor(w).reshaped({1, 1, 24, 5}), {}) == optimized::dense(x, w, {}));
    const auto same = graph.entry(flat).operation->view_of(x, {});
    REQUIRE(same.has_value());
    CHECK(same->data == x.view().data);
    CHECK(Tensor(*same) == y);
    CHECK_FALSE(graph.entry(flat).operation->view_of(x.view().channels(1, 2), {}).has_value());
}

TEST_CASE("s-10: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 64, .h = 5, .w = 5, .c = 16}),
                 w = normal_numbers({5, 5, 16, 120}, 2);
    const Tensor b = normal_numbers({.c = 120}, 3), dy = normal_numbers({.n = 64, .c = 120}, 4);
    check_threads([&] { return optimized::dense(x, w, b); });
    check_threads([&] { return optimized::dense_backward_input(dy, w, x.shape()); });
    check_threads([&] { return optimized::dense_backward_weights(dy, x, w.shape()); });
}

TEST_CASE("s-10: wrong use is refused in one line that names the remedy") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 2, .c = 3});
    CHECK(error_of([&] {
              dense_shape({.n = 4, .h = 6, .w = 6, .c = 16}, {5, 5, 16, 120});
          }) ==
          "dense: the weights are for a map of 5x5x16, but the input is 6x6x16 for each image; a dense layer "
          "has "
          "one size of input");
    CHECK(error_of([&] { dense(x, 0); }) == "dense: 0 units asked for; at least 1 is needed");

    const Tensor map({.n = 3, .h = 2, .w = 2, .c = 3}), w({2, 2, 3, 5}), short_bias({.c = 4});
    const Tensor wrong_dy({.n = 3, .c = 4});
    for (const auto dense : {naive::dense, optimized::dense})
        CHECK(error_of([&] { dense(map, w, short_bias); }) ==
              "dense: the bias is 1x1x1x4; 5 filters need 1x1x1x5, or none");
    const std::string wrong = "dense: the gradient is 3x1x1x4; the output it belongs to is 3x1x1x5";
    for (const auto backward : {naive::dense_backward_input, optimized::dense_backward_input})
        CHECK(error_of([&] { backward(wrong_dy, w, map.shape()); }) == wrong);
    for (const auto backward : {naive::dense_backward_weights, optimized::dense_backward_weights})
        CHECK(error_of([&] { backward(wrong_dy, map, w.shape()); }) == wrong);
    Tensor y({.n = 2, .c = 5});
    CHECK(error_of([&] { optimized::dense_into(map, w, {}, y); }) ==
          "dense: the output is 2x1x1x5; it must be 3x1x1x5");
}

TEST_SUITE_END();
