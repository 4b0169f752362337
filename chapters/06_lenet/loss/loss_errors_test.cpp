// Softmax and the loss used wrongly.
#include <limits>

#include "common/graph/run.hpp"
#include "common/testing/testing.hpp"
#include "loss/loss.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("06 lenet");

TEST_CASE("s-10: a loss used wrongly is refused in one line that names the remedy") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 2, .c = 3}), z = graph.input({.c = 10}, "z");
    const Node labels = graph.input({}, "labels");
    CHECK(error_of([&] { softmax_cross_entropy(x, labels); }) ==
          "loss: softmax_cross_entropy: the labels are 1x1x1x1, the logits 1x2x2x3; one label for each image "
          "and "
          "position is needed");

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

    const Tensor p({.c = 3}), two({.c = 2});
    for (const auto backward : {naive::softmax_backward, optimized::softmax_backward})
        CHECK(error_of([&] { backward(two, p); }) ==
              "softmax: the gradient is 1x1x1x2; the output it belongs to is 1x1x1x3");
    for (const auto backward : {naive::log_softmax_backward, optimized::log_softmax_backward})
        CHECK(error_of([&] { backward(two, p); }) ==
              "log_softmax: the gradient is 1x1x1x2; the output it belongs to is 1x1x1x3");
    for (const auto loss : {naive::cross_entropy, optimized::cross_entropy})
        CHECK(error_of([&] {
                  loss(p, Tensor(Shape{}), {.class_weights = {1, 2}});
              }) ==
              "softmax_cross_entropy: there are 2 class weights for 3 classes; one for each is needed, or "
              "none");
    for (const auto backward : {naive::cross_entropy_backward, optimized::cross_entropy_backward})
        CHECK(error_of([&] { backward(two, p, Tensor(Shape{}), {}); }) ==
              "softmax_cross_entropy: the gradient is 1x1x1x2; the output it belongs to is 1x1x1x1");
}

TEST_SUITE_END();
