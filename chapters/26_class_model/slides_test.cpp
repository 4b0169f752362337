// s-24 in numbers: a linear score, of which the best picture is known.
#include "class_model.hpp"
#include "explained_testing.hpp"

using namespace cnn;

namespace {

/// S_0 = w . I with w = (3, 4); S_1 = 0.
std::unique_ptr<Explainable> linear() {
    auto e = std::make_unique<Explainable>();
    const Node image = e->graph.input({.h = 1, .w = 2}, "image");
    e->net = {image, {}, dense(image, 2, "fc", {.bias = false}), {}};
    e->weights = initialise(e->graph, 1);
    fill(e->weights["fc.weight"], 0);
    e->weights["fc.weight"](0, 0, 0, 0) = 3, e->weights["fc.weight"](0, 1, 0, 0) = 4;
    return e;
}

}  // namespace

TEST_SUITE_BEGIN("26 class_model");

// [optimum]
TEST_CASE_TEMPLATE("s-24: with the squared norm the best picture of a linear score is w / 2 lambda (S2)",
                   Implementation, Naive, Optimized) {
    const auto class_models = pick<Implementation>(naive::class_models, optimized::class_models);
    const auto e = linear();
    const double lambda = 0.5;
    const Tensor I = class_models(e->net, e->weights, {0}, {.steps = 200, .rate = 0.2, .lambda = lambda});
    CHECK(I(0, 0, 0, 0) == doctest::Approx(3 / (2 * lambda)));
    CHECK(I(0, 0, 1, 0) == doctest::Approx(4 / (2 * lambda)));
    // Its value: ||w||^2 / 4 lambda.
    const double value = 3 * double(I(0, 0, 0, 0)) + 4 * double(I(0, 0, 1, 0)) -
                         lambda * (std::pow(double(I(0, 0, 0, 0)), 2) + std::pow(double(I(0, 0, 1, 0)), 2));
    CHECK(value == doctest::Approx(25 / (4 * lambda)));
}
// [optimum]

// [plain]
TEST_CASE_TEMPLATE(
    "s-24: with the plain norm there is no best picture: it grows without end, or is none (S2)",
    Implementation, Naive, Optimized) {
    const auto class_models = pick<Implementation>(naive::class_models, optimized::class_models);
    const auto e = linear();
    const auto length = [&](int steps, double lambda) {
        const Tensor I = class_models(e->net, e->weights, {0},
                                      {.steps = steps, .rate = 0.01, .lambda = lambda, .norm = Norm::plain});
        return std::hypot(double(I(0, 0, 0, 0)), double(I(0, 0, 1, 0)));
    };
    CHECK(length(200, 4) > 1.9 * length(100, 4));  // lambda below ||w|| = 5
    CHECK(length(200, 6) <= 0.1);                  // lambda above: back to zero, up to one step
}
// [plain]

// [start]
TEST_CASE("s-24: at the zero start the plain norm has the gradient 0/0, the squared one 0 (S2)") {
    const Tensor zero({.h = 2, .w = 2});
    const Tensor plain = norm_gradient(zero, Norm::plain);
    for (const real value : plain.flat()) CHECK(std::isnan(value));
    CHECK(norm_gradient(zero, Norm::squared) == zero);
    CHECK(norm_gradient(slide("3 4"), Norm::squared) == slide("6 8"));
    CHECK(largest_difference(norm_gradient(slide("3 4"), Norm::plain), slide("0.6 0.8")) <= 1e-7);
}
// [start]

// [score]
TEST_CASE("s-24: the probability rises where its own score stands still: ascend the score (S3)") {
    // dp_0 = p_0 (dS_0 - sum_j p_j dS_j): with dS_0 = 0 there is still a gradient, against the other class.
    const Tensor z({.c = 2});
    const Tensor p = naive::softmax(z);
    Tensor dp({.c = 2});
    dp(0, 0, 0, 0) = 1;
    const Tensor dz = naive::softmax_backward(dp, p);
    CHECK(dz(0, 0, 0, 0) == real(0.25));
    CHECK(dz(0, 0, 0, 1) == real(-0.25));  // lowering the other class raises p_0 as much as raising its own
}
// [score]

TEST_CASE_TEMPLATE("s-24: the mean picture is added at the end", Implementation, Naive, Optimized) {
    const auto class_models = pick<Implementation>(naive::class_models, optimized::class_models);
    const auto e = linear();
    const ClassModel plain{.steps = 3};
    ClassModel with = plain;
    with.mean = slide("10 20");
    const Tensor a = class_models(e->net, e->weights, {0}, plain),
                 b = class_models(e->net, e->weights, {0}, with);
    CHECK(double(b(0, 0, 0, 0)) == doctest::Approx(10 + double(a(0, 0, 0, 0))));
    CHECK(double(b(0, 0, 1, 0)) == doctest::Approx(20 + double(a(0, 0, 1, 0))));
    with.mean = slide("1");
    CHECK(error_of([&] { class_models(e->net, e->weights, {0}, with); }).find("the mean is") !=
          std::string::npos);
    CHECK(error_of([&] { class_models(e->net, e->weights, {2}, plain); }).find("no class 2") !=
          std::string::npos);
}

TEST_CASE_TEMPLATE("s-24: a model of a class is taken for that class", Implementation, Naive, Optimized) {
    const auto class_models = pick<Implementation>(naive::class_models, optimized::class_models);
    const auto e = shipped_lenet();
    const Tensor models =
        class_models(e->net, e->weights, {1, 8}, {.steps = 30, .rate = 0.02, .jitter = 1, .blur = 0.5});
    CHECK(top_class(e->net, e->weights, models.view().images(0, 1)) == 1);
    CHECK(top_class(e->net, e->weights, models.view().images(1, 1)) == 8);
}

TEST_SUITE_END();
