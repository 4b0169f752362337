#include "common/graph/run.hpp"

#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

Weights numbered(const Graph& graph) {
    Weights weights = initialise(graph, 1);
    int k = 2;
    for (const Parameter& p : graph.parameters()) fill(weights[p.name], real(k++));
    return weights;
}

}  // namespace

TEST_SUITE_BEGIN("common: run");

TEST_CASE("run: computes what is asked for and the batch comes with the feeds") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2});
    const Node two = toy::scale(x), six = toy::scale(two);
    const Weights weights = numbered(net);
    const Tensor images = small_integers({.n = 3, .h = 1, .w = 2});
    const Activations maps = run(net, weights, {{x, images}}, {six});
    CHECK(maps[six].shape() == Shape{3, 1, 2, 1});
    CHECK(maps[six](2, 0, 1, 0) == 6 * images(2, 0, 1, 0));
}

TEST_CASE("run: a map that nobody asked for is freed and says so") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2});
    const Node a = toy::scale(x, "a"), b = toy::scale(a, "b"), sum = toy::plus(a, b, "sum");
    const Node unused = toy::scale(sum, "unused");
    const Tensor image = slide("1 2");
    const Activations maps = run(net, numbered(net), {{x, image}}, {sum});
    CHECK(maps.has(sum));
    CHECK_FALSE(maps.has(x));
    CHECK_FALSE(maps.has(a));
    CHECK_FALSE(maps.has(b));
    CHECK_FALSE(maps.has(unused));
    CHECK(maps[sum] == slide("8 16"));
    CHECK(error_of([&] { maps[a]; }) == "run: the map of \"a\" was not kept; name it among those to keep");
}

TEST_CASE("run: keeps all of what all_nodes names") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2});
    toy::plus(toy::scale(x), x);
    const Tensor image = slide("1 2");
    const Activations maps = run(net, numbered(net), {{x, image}}, all_nodes(net));
    for (const Node& node : all_nodes(net)) CHECK(maps.has(node));
    CHECK(maps[x] == image);
}

TEST_CASE("run: can start at a map in between and then needs nothing before it") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2});
    const Node a = toy::scale(x), b = toy::scale(a);
    const Tensor map = slide("10 20");
    CHECK(run(net, numbered(net), {{a, map}}, {b})[b] == slide("30 60"));
    CHECK_FALSE(run(net, numbered(net), {{a, map}}, {b}).has(x));
}

TEST_CASE("run: reads a map in place where it is a strided view") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2});
    const Node y = toy::scale(x);
    const Tensor wide = slide("1 2 3 4");
    CHECK(run(net, numbered(net), {{x, wide.view().strided(2)}}, {y})[y] == slide("2 6"));
}

TEST_CASE("run: an input that is missing or of another shape is named") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2}, "photo");
    const Node y = toy::scale(x);
    CHECK(error_of([&] { run(net, numbered(net), {}, {y}); }) == "run: the input \"photo\" is not fed");
    const Tensor tall({.h = 2, .w = 2});
    CHECK(error_of([&] {
              run(net, numbered(net), {{x, tall}}, {y});
          }) == "run: \"photo\" is fed 1x2x2x1 but the graph says 1x1x2x1 for each image");
}

TEST_CASE("run: weights that are missing or of another shape are named") {
    Graph net;
    const Node x = net.input({});
    const Node y = toy::scale(x, "gain");
    const Tensor image(Shape{});
    CHECK(error_of([&] {
              run(net, Weights(), {{x, image}}, {y});
          }) == "weights: there is no \"gain.weight\"");
    Weights wrong;
    wrong.set("gain.weight", Tensor({.c = 2}));
    CHECK(error_of([&] {
              run(net, wrong, {{x, image}}, {y});
          }) == "gain.weight: the weights are 1x1x1x2, the graph says 1x1x1x1");
}

TEST_CASE("run: a node of another graph is refused") {
    Graph net, other;
    const Node x = net.input({}), stranger = other.input({}, "stranger");
    const Tensor image(Shape{});
    CHECK(error_of([&] {
              run(net, Weights(), {{x, image}}, {stranger});
          }) == "run: \"stranger\" is a node of another graph");
    CHECK(error_of([&] {
              run(net, Weights(), {{stranger, image}}, {x});
          }) == "run: \"stranger\" is a node of another graph");
}

TEST_CASE("run: each node draws from a stream of its own that the seed determines") {
    Graph net;
    const Node x = net.input({});
    const Node a = toy::seed(x), b = toy::seed(x);
    const Tensor image(Shape{});
    const auto drawn = [&](std::uint64_t seed) {
        const Activations maps = run(net, Weights(), {{x, image}}, {a, b}, {.training = true, .seed = seed});
        return std::pair(maps[a](0, 0, 0, 0), maps[b](0, 0, 0, 0));
    };
    CHECK(drawn(1) == drawn(1));
    CHECK(drawn(1) != drawn(2));
    CHECK(drawn(1).first != drawn(1).second);
}

TEST_SUITE_END();
