#include "common/graph/describe.hpp"

#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_CASE("describe: counts parameters and multiply-adds and activations from shapes alone") {
    Graph net;
    const Node x = net.input({.h = 4, .w = 5, .c = 3}, "photo");
    const Node a = toy::scale(x, "a"), b = toy::scale(x, "b");
    toy::plus(a, b, "sum");
    const Description all = describe(net);
    REQUIRE(all.layers.size() == 4);
    CHECK(all.layers[0].kind == "input");
    CHECK(all.layers[1].name == "a");
    CHECK(all.layers[1].kind == "scale");
    CHECK(all.layers[1].output == Shape{1, 4, 5, 3});
    CHECK(all.layers[1].parameters == 1);
    CHECK(all.layers[1].multiply_adds == 60);
    CHECK(all.layers[3].parameters == 0);
    CHECK(all.parameters == 2);
    CHECK(all.trainable == 2);
    CHECK(all.multiply_adds == 120);
    CHECK(all.activations == 240);
}

TEST_CASE("describe: a network of 10^12 numbers is described without memory for them") {
    Graph net;
    Node x = net.input({.h = 100'000, .w = 100'000, .c = 100});
    x = toy::scale(x);
    CHECK(describe(net).multiply_adds == 1'000'000'000'000);
}
