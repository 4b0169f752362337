// The traps in which a measurement of the field finds too little and says nothing.
#include "common/graph/run.hpp"
#include "convolution.hpp"
#include "networks_testing.hpp"
#include "pooling.hpp"

using namespace cnn;
using namespace cnn::windows;

TEST_SUITE_BEGIN("07 traps");

// [trap dark]
TEST_CASE("s-11: trap: behind a ReLU the gradient of a dark image is zero and the field seems empty") {
    Graph net;
    const Node x = relu(conv(net.input({.h = 5, .w = 5}), {.filters = 1, .kernel = 3}));
    const Tensor dark({.h = 5, .w = 5});
    CHECK(extent_of(gradient_map(net, open_weights(net), dark, x, 1, 1)) == Region{});
    CHECK(naive::fields_by_gradient(net, x)[4] == Region{{1, 4}, {1, 4}});
}
// [trap dark]

// [trap maximum]
TEST_CASE("s-11: trap: the gradient of a maximum sees only the winner") {
    Graph net;
    const Node x = max_pool(net.input({.h = 4, .w = 4}), {.kernel = 2});
    const Tensor image = slide(R"( 1 2 5 6
                                   4 3 8 7
                                   0 0 0 0
                                   0 0 0 0 )");
    CHECK(gradient_map(net, {}, image, x, 0, 0) == slide(R"( 0 0 0 0
                                                             1 0 0 0
                                                             0 0 0 0
                                                             0 0 0 0 )"));
    CHECK(naive::fields_by_gradient(net, x)[0] == Region{{0, 2}, {0, 2}});
    CHECK(naive::fields(net, x)[0] == Region{{0, 2}, {0, 2}});
}
// [trap maximum]

// [trap rounding]
TEST_CASE("s-11: trap: a pixel lit in a bright image drowns in rounding") {
    // Twelve layers of 3 taps: the corner pixel weighs 3^-24 of the sum, far below the last bit of 1.
    Graph net;
    Node x = net.input({.h = 25, .w = 25});
    for (int l = 0; l < 12; ++l) x = conv(x, {.filters = 1, .kernel = 3});
    const Weights weights = open_weights(net);
    Tensor bright(net.node(0).shape());
    fill(bright, 1);
    const real before = run(net, weights, {{net.node(0), bright}}, {x})[x](0, 0, 0, 0);
    bright(0, 0, 0, 0) = 2;
    CHECK(run(net, weights, {{net.node(0), bright}}, {x})[x](0, 0, 0, 0) == before);
    CHECK(naive::fields(net, x)[0] == Region{{0, 25}, {0, 25}});
}
// [trap rounding]

// [trap larger]
TEST_CASE("s-11: trap: a field larger than the image can be derived but not measured") {
    Graph net;
    Node x = net.input({.h = 16, .w = 16});
    for (int l = 0; l < 10; ++l) x = conv(x, {.filters = 1, .kernel = 3, .padding = 1});
    CHECK(receptive_field(net, x).h.size == 21);
    CHECK(naive::fields(net, x)[8 * 16 + 8] == Region{{0, 16}, {0, 16}});
}
// [trap larger]

TEST_SUITE_END();
