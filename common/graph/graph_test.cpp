#include "common/graph/graph.hpp"

#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: graph");

TEST_CASE("graph: nodes know their shape and parameters carry the node's name") {
    Graph net;
    const Node x = net.input({.h = 4, .w = 5, .c = 3});
    const Node y = toy::scale(x, "first");
    CHECK(y.shape() == Shape{1, 4, 5, 3});
    CHECK(y.name() == "first");
    REQUIRE(net.parameters().size() == 1);
    CHECK(net.parameters()[0].name == "first.weight");
    CHECK(net.output() == y);
    CHECK(net["input"] == x);
}

TEST_CASE("graph: without a name a node is its kind and a number counted from 1") {
    Graph net;
    const Node x = net.input({});
    CHECK(toy::scale(x).name() == "scale1");
    CHECK(toy::plus(x, x).name() == "plus1");
    CHECK(toy::scale(x).name() == "scale2");
}

TEST_CASE("graph: two nodes of one name are refused") {
    Graph net;
    const Node x = net.input({});
    toy::scale(x, "a");
    CHECK(error_of([&] { toy::scale(x, "a"); }) == "graph: there are two nodes \"a\"; give one another name");
}

TEST_CASE("graph: an unknown name lists those there are") {
    Graph net;
    toy::scale(net.input({}), "a");
    CHECK(error_of([&] { net["b"]; }) == "graph: no node \"b\"; there are: input, a");
}

TEST_CASE("graph: an input from another graph is refused") {
    Graph net, other;
    const Node x = net.input({}), y = other.input({});
    CHECK(error_of([&] { toy::plus(x, y); }) == "graph: an input of plus is in another graph");
}

TEST_CASE("graph: a shape that does not fit names the node and leaves no half node behind") {
    Graph net;
    const Node a = net.input({.h = 2, .w = 2}, "a"), b = net.input({.h = 3, .w = 2}, "b");
    CHECK(error_of([&] { toy::plus(a, b, "sum"); }) ==
          "sum: plus: the shapes are 1x2x2x1 and 1x3x2x1; they must be the same");
    CHECK(net.entries().size() == 2);
}

TEST_CASE("graph: an input with a length below 1 is refused") {
    Graph net;
    for (const Shape& shape : {Shape{.n = 0}, Shape{.h = 0}, Shape{.w = -1}, Shape{.c = 0}})
        CHECK(error_of([&] { net.input(shape, "x"); }).ends_with("; every length must be at least 1"));
    CHECK(net.entries().empty());
}

TEST_SUITE_END();
