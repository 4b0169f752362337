#include "common/graph/differentiate.hpp"

#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// sum = a x + b (a x), with a = 2 and b = 3.
struct Net {
    Graph graph;
    Node x = graph.input({.h = 1, .w = 2});
    Node a = toy::scale(x, "a"), b = toy::scale(a, "b"), sum = toy::plus(a, b, "sum");
    Weights weights;
    Tensor image = slide("1 10"), one = slide("1 1");
    Activations maps;

    Net() {
        weights.set("a.weight", slide("2"));
        weights.set("b.weight", slide("3"));
        maps = run(graph, weights, {{x, image}}, all_nodes(graph));
    }
    Gradients gradients(const Wanted& wanted) const {
        return differentiate(graph, weights, maps, {{sum, one}}, wanted);
    }
};

}  // namespace

TEST_SUITE_BEGIN("common: differentiate");

TEST_CASE("differentiate: the gradients of two consumers add up") {
    const Net net;
    const Gradients g =
        net.gradients({.nodes = {net.x, net.a, net.b}, .parameters = {"a.weight", "b.weight"}});
    CHECK(g[net.b] == slide("1 1"));
    CHECK(g[net.a] == slide("4 4"));                 // 1 + b
    CHECK(g[net.x] == slide("8 8"));                 // a (1 + b)
    CHECK(g.parameters["b.weight"] == slide("22"));  // sum of a x
    CHECK(g.parameters["a.weight"] == slide("44"));  // sum of x (1 + b)
}

TEST_CASE("differentiate: only what was wanted comes back") {
    const Net net;
    const Gradients g = net.gradients({.parameters = {"b.weight"}});
    CHECK(g.parameters.has("b.weight"));
    CHECK_FALSE(g.parameters.has("a.weight"));
    CHECK(g.nodes.empty());
    CHECK(error_of([&] { g[net.x]; }) ==
          "differentiate: no gradient for \"input\"; it was not wanted, or the seed does not depend on it");
}

TEST_CASE("differentiate: stops at the wanted nodes and never walks before them") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2});
    const Node before = toy::one_way(x), map = toy::scale(before, "a"), y = toy::scale(map, "b");
    const Weights weights = initialise(net, 1);
    const Tensor image = slide("1 2"), one = slide("1 1");
    const Activations maps = run(net, weights, {{x, image}}, all_nodes(net));
    CHECK(differentiate(net, weights, maps, {{y, one}}, {.nodes = {map}})[map] == one);
    CHECK(
        differentiate(net, weights, maps, {{y, one}}, {.parameters = {"a.weight"}}).parameters["a.weight"] ==
        slide("3"));
    CHECK(error_of([&] {
              differentiate(net, weights, maps, {{y, one}}, {.nodes = {x}});
          }) == "one_way: walked backward");
}

TEST_CASE("differentiate: a seed may stand at several nodes and anywhere") {
    const Net net;
    const Tensor ten = slide("10 10");
    const Gradients g = differentiate(net.graph, net.weights, net.maps, {{net.sum, net.one}, {net.a, ten}},
                                      {.nodes = {net.a}});
    CHECK(g[net.a] == slide("14 14"));
    CHECK(differentiate(net.graph, net.weights, net.maps, {{net.a, ten}}, {.nodes = {net.x}})[net.x] ==
          slide("20 20"));
}

TEST_CASE("differentiate: a node that the seed does not depend on gets no gradient") {
    const Net net;
    const Gradients g =
        differentiate(net.graph, net.weights, net.maps, {{net.a, net.one}}, {.nodes = {net.b}});
    CHECK(g.nodes.empty());
}

TEST_CASE("differentiate: a map that was not kept is named") {
    const Net net;
    const Activations maps = run(net.graph, net.weights, {{net.x, net.image}}, {net.sum});
    CHECK(error_of([&] {
              differentiate(net.graph, net.weights, maps, {{net.sum, net.one}}, {.nodes = {net.x}});
          }) == "run: the map of \"a\" was not kept; name it among those to keep");
}

TEST_CASE("differentiate: wanted parameters and nodes must be the graph's and seeds of its shape") {
    const Net net;
    Graph other;
    const Node stranger = other.input({}, "stranger");
    CHECK(error_of([&] { net.gradients({.parameters = {"c.weight"}}); }) ==
          "differentiate: the graph has no parameter \"c.weight\"");
    CHECK(error_of([&] { net.gradients({.nodes = {stranger}}); }) ==
          "differentiate: \"stranger\" is a node of another graph");
    const Tensor wrong = slide("1 1 1");
    CHECK(error_of([&] {
              differentiate(net.graph, net.weights, net.maps, {{net.sum, wrong}}, {.nodes = {net.x}});
          }) == "differentiate: the seed at \"sum\" is 1x1x3x1, the map is 1x1x2x1");
}

TEST_CASE("differentiate: trainable names every parameter that learns") {
    const Net net;
    CHECK(trainable(net.graph) == std::vector<std::string>{"a.weight", "b.weight"});
}

TEST_SUITE_END();
