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

TEST_CASE("s-24: rolling back undoes rolling") {
    const Tensor picture = small_integers({.n = 2, .h = 4, .w = 3, .c = 2});
    CHECK(rolled(rolled(picture, 3, -2), -3, 2) == picture);
    CHECK(rolled(slide("1 2 3\n 4 5 6"), 1, 1) == slide("6 4 5\n 3 1 2"));
}

TEST_SUITE_END();
