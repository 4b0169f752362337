// Solutions of the chapter's exercises.
#include "explained_testing.hpp"
#include "occlusion.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("25 occlusion");

TEST_CASE("exercise 25.1: 18 times 18 places, and one pass each serves all classes") {
    const auto e = shipped_lenet();
    const Shape places = occlusion_shape(e->net, {.patch = 11, .stride = 1});
    CHECK(places.h * places.w == 18 * 18);
    int passes = 0;
    Occlusion options{.patch = 11, .stride = 1};
    options.on_step = [&](int, int) { ++passes; };
    const Tensor map = naive::occlusion(e->net, e->weights, Tensor(e->net.image.shape()), options);
    CHECK(passes == 18 * 18);
    CHECK(map.shape().c == 10);
}

TEST_CASE("exercise 25.2: where either of two pixels suffices, covering one shows nothing at all") {
    // S = min(1, a + b) = 1 - relu(1 - a - b).
    Graph graph;
    const Node image = graph.input({.h = 1, .w = 2}, "image");
    const Classifier net{image, {}, dense(relu(dense(image, 1, "sum")), 1, "score"), {}};
    Weights weights = initialise(graph, 1);
    fill(weights["sum.weight"], -1), fill(weights["sum.bias"], 1);
    fill(weights["score.weight"], -1), fill(weights["score.bias"], 1);
    const Tensor both = slide("1 1");
    const auto sweep = [&](Extent patch) {
        return optimized::occlusion(net, weights, both,
                                    {.patch = patch, .stride = 1, .fill = Fill::zero, .logits = true});
    };
    CHECK(sweep(1) == slide("1 1"));     // as if nobody looked at either
    CHECK(sweep({1, 2}) == slide("0"));  // a patch over both finds them
}

TEST_SUITE_END();
