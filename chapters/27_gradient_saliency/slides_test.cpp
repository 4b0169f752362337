// s-25 in numbers.
#include "explained_testing.hpp"
#include "saliency.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("27 gradient_saliency");

// [channels]
TEST_CASE("s-25: with several channels the map is the maximum of the absolute values (S4)") {
    Tensor w({.c = 3});
    w(0, 0, 0, 0) = -5, w(0, 0, 0, 1) = 1, w(0, 0, 0, 2) = 2;
    CHECK(largest_channel(w)(0, 0, 0, 0) == 5);  // the plain maximum would be 2, the sum of absolutes 8
}
// [channels]

// [linear]
TEST_CASE_TEMPLATE("s-25: of a linear score the gradient is the weights, whatever the picture",
                   Implementation, Naive, Optimized) {
    Explainable e;
    const Node image = e.graph.input({.h = 3, .w = 3, .c = 2}, "image");
    e.net = {image, {}, dense(image, 2, "fc"), {}};
    set_integers(e);
    const Tensor picture = small_integers(image.shape(), 8);
    const Tensor w = std::is_same_v<Implementation, Naive>
                         ? naive::gradient(e.net, e.weights, picture, 1, 0.5)
                         : optimized::gradient(e.net, e.weights, picture, 1);
    for (int p = 0; p < 18; ++p)
        CHECK(w(0, p / 6, p / 2 % 3, p % 2) == e.weights["fc.weight"](p / 6, p / 2 % 3, p % 2, 1));
}
// [linear]

// [region]
TEST_CASE("s-25: with ReLU the linear approximation is exact up to the first kink (S5)") {
    Explainable e;
    const Node image = e.graph.input({.h = 1, .w = 2, .c = 1}, "image");
    e.net = {image, {}, dense(relu(dense(image, 2, "hidden"), "relu"), 1, "fc"), {}};
    e.weights = initialise(e.graph, 1);
    for (const Parameter& p : e.graph.parameters()) fill(e.weights[p.name], 0);
    e.weights["hidden.weight"](0, 0, 0, 0) = 1;  // h0 = relu(x0 - 1)
    e.weights["hidden.bias"](0, 0, 0, 0) = -1;
    e.weights["hidden.weight"](0, 1, 0, 1) = 1;  // h1 = relu(x1)
    fill(e.weights["fc.weight"], 3);             // S = 3 h0 + 3 h1
    Tensor at(image.shape());
    fill(at, 4);
    const Tensor w = optimized::gradient(e.net, e.weights, at, 0);
    const auto score = [&](const Tensor& x) { return logits(e.net, e.weights, x)(0, 0, 0, 0); };
    for (const real step : {real(1), real(2), real(3), real(4)}) {
        Tensor moved = at;
        moved(0, 0, 0, 0) -= step;  // the kink lies 3 away
        const real error = score(moved) - (score(at) - step * w(0, 0, 0, 0));
        CHECK(error == (step <= 3 ? 0 : 3 * (step - 3)));
    }
}
// [region]

TEST_CASE("s-25: on LeNet-5 one back-propagation finds what 1568 forward passes find") {
    const auto e = shipped_lenet();
    Tensor picture = normal_numbers(e->net.image.shape(), 3);
    for (real& value : picture.flat()) value = real(0.5) + value / 4;
    const Tensor once = optimized::gradient(e->net, e->weights, picture, 7);
    const Tensor nudged = naive::gradient(e->net, e->weights, picture, 7, 1e-3);
    double most = 0, total = 0;
    for (std::size_t p = 0; p < once.flat().size(); ++p) {
        most = std::max(most, std::abs(double(once.flat()[p])));
        total += std::abs(double(once.flat()[p] - nudged.flat()[p]));
    }
    CHECK(total / double(once.flat().size()) <=
          0.02 * most);  // the rounding of a float over a small step, and kinks
    CHECK(saliency(e->net, e->weights, picture, 7) == largest_channel(once));
}

// [complete]
TEST_CASE("s-25: integrated gradients are complete: they add up to what the score gains") {
    const auto e = shipped_lenet();
    Tensor picture = normal_numbers(e->net.image.shape(), 3);
    for (real& value : picture.flat()) value = real(0.5) + value / 4;
    const Tensor nothing(picture.shape());
    const double gained = double(logits(e->net, e->weights, picture)(0, 0, 0, 2)) -
                          double(logits(e->net, e->weights, nothing)(0, 0, 0, 2));
    double sum = 0, plain = 0, moved = 0;  // `moved`: all that speaks for the class or against it
    const Tensor parts = integrated_gradients(e->net, e->weights, picture, nothing, 2, 200);
    for (const real value : parts.flat()) sum += double(value), moved += std::abs(double(value));
    const Tensor w = optimized::gradient(e->net, e->weights, picture, 2);
    for (std::size_t p = 0; p < w.flat().size(); ++p) plain += double(w.flat()[p] * picture.flat()[p]);
    CHECK(std::abs(sum - gained) <= 0.001 * moved);
    CHECK(std::abs(plain - gained) > 0.005 * moved);  // the gradient at the end alone is not
}
// [complete]

TEST_CASE("s-25: a smooth gradient without noise is the gradient, and the same seed gives the same bits") {
    const auto e = averaging_net();
    const Tensor picture = small_integers(e->net.image.shape(), 2);
    CHECK(smooth_gradient(e->net, e->weights, picture, 1, 0, 4) ==
          optimized::gradient(e->net, e->weights, picture, 1));
    const auto smooth = [&](std::uint64_t seed) {
        return smooth_gradient(e->net, e->weights, picture, 1, 0.5, 3, seed);
    };
    CHECK(smooth(1) == smooth(1));
    CHECK(!(smooth(1) == smooth(2)));
    CHECK(error_of([&] {
              smooth_gradient(e->net, e->weights, picture, 1, 0, 0);
          }).find("at least one sample") != std::string::npos);
}

TEST_SUITE_END();
