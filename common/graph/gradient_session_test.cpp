#include "common/graph/gradient_session.hpp"

#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// A residual block behind a concatenation, so that maps are read twice and lie in slices of others.
struct Block {
    Graph graph;
    Node x = graph.input({.h = 3, .w = 4, .c = 2}, "x");
    Node a = toy::positive(toy::scale(x, "a"), "positive");
    Node both = toy::beside({a, toy::scale(a, "b")}, "both");
    Node y = toy::plus(toy::scale(both, "c"), both, "y");
    Weights weights = initialise(graph, 1);

    Block() {
        int k = 2;
        for (const Parameter& p : graph.parameters()) fill(weights[p.name], real(k++));
    }
};

}  // namespace

TEST_SUITE_BEGIN("common: gradient session");

TEST_CASE("gradient session: maps and gradients are those of run and differentiate, picture after picture") {
    const Block net;
    const std::vector<Node> wanted = {net.x, net.a, net.both};
    GradientSession session(net.graph, net.weights, {{net.x, net.x.shape()}}, {net.y}, wanted);
    for (const int seed : {1, 2}) {
        const Tensor image = small_integers(net.x.shape(), seed);
        session.run({{net.x, image}});
        const Activations maps = run(net.graph, net.weights, {{net.x, image}}, all_nodes(net.graph));
        CHECK(Tensor(session.map(net.y)) == maps[net.y]);
        CHECK(Tensor(session.map(net.a)) == maps[net.a]);
        for (const int k : {3, 4}) {  // a walk back may be repeated
            const Tensor dy = small_integers(net.y.shape(), k);
            const Gradients expected =
                differentiate(net.graph, net.weights, maps, {{net.y, dy}}, {.nodes = wanted});
            const Gradients found = session.back({{net.y, dy}});
            for (const Node& node : wanted) CHECK(found[node] == expected[node]);
        }
    }
}

TEST_CASE("gradient session: nothing before the wanted nodes is walked back") {
    Graph graph;
    const Node x = graph.input({.h = 1, .w = 2});
    const Node map = toy::scale(toy::one_way(x), "a"), y = toy::scale(map, "b");
    const Weights weights = initialise(graph, 1);
    GradientSession session(graph, weights, {{x, x.shape()}}, {y}, {map});
    const Tensor image = slide("1 2"), one = slide("1 1");
    session.run({{x, image}});
    CHECK(session.back({{y, one}})[map] == one);
}

TEST_CASE("gradient session: a map that is not there is named") {
    const Block net;
    const GradientSession session(net.graph, net.weights, {{net.x, net.x.shape()}}, {net.y}, {net.x});
    CHECK(error_of([&] { session.map(net.y); }) ==
          "gradient session: it has no map of \"y\"; name it among those wanted, and run first");
}

TEST_SUITE_END();
