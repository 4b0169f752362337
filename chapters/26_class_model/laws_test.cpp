// A batch of classes climbs as each class alone.
#include "class_model.hpp"
#include "explained_testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("26 class_model");

TEST_CASE("s-24: one batch and one class after another give the same pictures") {
    const auto e = shipped_lenet();
    for (const int jitter : {0, 2})
        for (const Norm norm : {Norm::squared, Norm::plain}) {
            const ClassModel options{
                .steps = 8, .rate = 0.01, .lambda = 0.1, .norm = norm, .jitter = jitter, .blur = 0.6};
            const Tensor one = naive::class_models(e->net, e->weights, {2, 0, 9}, options);
            CHECK(largest_difference(one, optimized::class_models(e->net, e->weights, {2, 0, 9}, options)) <=
                  1e-4);
        }
}

TEST_CASE("s-24: measured by its first slope, a network ten times as steep takes the same steps") {
    const auto e = shipped_lenet();
    const auto steeper = shipped_lenet();
    for (const char* name : {"fc3.weight", "fc3.bias"})
        for (real& value : steeper->weights[name].flat()) value *= 10;
    const ClassModel options{.steps = 5, .rate = 0.3, .lambda = 0.02};
    const auto model = [&](const Explainable& of) {
        return optimized::class_models(of.net, of.weights, {3},
                                       scaled_to_slope(of.net, of.weights, {3}, options));
    };
    CHECK(largest_difference(model(*e), model(*steeper)) <= 1e-4);
    CHECK(scaled_to_slope(e->net, e->weights, {3}, options).rate > 0);
}

TEST_CASE("s-24: rolling back undoes rolling") {
    const Tensor picture = small_integers({.n = 2, .h = 4, .w = 3, .c = 2});
    CHECK(rolled(rolled(picture, 3, -2), -3, 2) == picture);
    CHECK(rolled(slide("1 2 3\n 4 5 6"), 1, 1) == slide("6 4 5\n 3 1 2"));
}

TEST_SUITE_END();
