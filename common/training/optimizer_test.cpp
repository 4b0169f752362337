#include "common/training/optimizer.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

Weights one_weight(const Tensor& value) {
    Weights weights;
    weights.set("w", value);
    return weights;
}

}  // namespace

TEST_SUITE_BEGIN("common: optimizer");

TEST_CASE("sgd: two steps by hand with momentum and decay") {
    Weights weights = one_weight(slide("8 -4"));
    const Weights gradients = one_weight(slide("2 1"));
    Sgd sgd{.rate = 0.5, .momentum = 0.25, .decay = 0.5};

    // v = 0.25 * 0 + (g + 0.5 w) = 6 and -1;  w = w - 0.5 v.
    sgd.step(weights, gradients);
    CHECK(sgd.velocity["w"] == slide("6 -1"));
    CHECK(weights["w"] == slide("5 -3.5"));

    // v = 0.25 * 6 + (2 + 2.5) = 6 and 0.25 * -1 + (1 - 1.75) = -1.
    sgd.step(weights, gradients);
    CHECK(sgd.velocity["w"] == slide("6 -1"));
    CHECK(weights["w"] == slide("2 -3"));
}

TEST_CASE("sgd: without momentum and decay a step is the rate times the gradient") {
    Weights weights = one_weight(slide("1 2"));
    Sgd{.rate = 0.25, .momentum = 0, .decay = 0}.step(weights, one_weight(slide("4 8")));
    CHECK(weights["w"] == slide("0 0"));
}

TEST_CASE("sgd: weights without a gradient stay") {
    Weights weights = one_weight(slide("1"));
    weights.set("frozen", slide("7"));
    Sgd{}.step(weights, one_weight(slide("1")));
    CHECK(weights["frozen"] == slide("7"));
    CHECK(weights["w"] != slide("1"));
}

TEST_CASE("sgd: Nesterov steps along the gradient and the new velocity, as PyTorch does") {
    Weights weights = one_weight(slide("8 -4"));
    Sgd sgd{.rate = 0.5, .momentum = 0.25, .decay = 0.5, .nesterov = true};
    // g + 0.5 w = 6 and -1;  v = 6 and -1;  the step is 0.5 (6 + 0.25 * 6) and 0.5 (-1 + 0.25 * -1).
    sgd.step(weights, one_weight(slide("2 1")));
    CHECK(sgd.velocity["w"] == slide("6 -1"));
    CHECK(weights["w"] == slide("4.25 -3.375"));
}

TEST_CASE("sgd: what is named undecayed does not decay and the rest does") {
    Weights weights = one_weight(slide("8"));
    weights.set("bias", slide("8"));
    Weights gradients = one_weight(slide("0"));
    gradients.set("bias", slide("0"));
    Sgd{.rate = 1, .momentum = 0, .decay = 0.25, .undecayed = {"bias"}}.step(weights, gradients);
    CHECK(weights["w"] == slide("6"));
    CHECK(weights["bias"] == slide("8"));
}

TEST_SUITE_END();
