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

// [trap turns]
TEST_CASE("s-11: trap: behind a transposed layer one size for all units leaves out what some see") {
    const auto holds = [](const Range& all, const Range& seen) {
        return all.begin <= seen.begin && seen.end <= all.end;
    };
    const auto check = [&](const Graph& net, Node x, bool exact) {
        const ReceptiveField field = receptive_field(net, x);
        const std::vector<Region> measured = naive::fields(net, x);
        for (int i = 0; i < x.shape().h; ++i)
            for (int j = 0; j < x.shape().w; ++j) {
                const Region box = clipped(field.of(i, j), net.node(0).shape());
                const Region& seen = measured[std::size_t(i * x.shape().w + j)];
                CAPTURE(i);
                CAPTURE(j);
                if (exact) CHECK(box == seen);
                if (!seen.empty()) CHECK((holds(box.rows, seen.rows) && holds(box.columns, seen.columns)));
            }
    };
    // One layer: every unit's field is told exactly.
    for (const Layer& l : {Layer{2, 2}, Layer{3, 3}, Layer{4, 2, 1}, Layer{6, 3, 1}, Layer{64, 32, 16}}) {
        Graph net;
        const int size = l.kernel > 10 ? 4 : 6;
        const Node x = window_mean(net.input({.h = 1, .w = size}), {.kernel = {1, l.kernel},
                                                                    .stride = {1, l.stride},
                                                                    .padding = {0, 0, l.padding, l.padding},
                                                                    .transposed = true});
        CAPTURE(l.kernel);
        CHECK(receptive_field(net, x).w.size == (l.kernel - 1) / l.stride + 1);
        check(net, x, true);
    }
    // Chains of them and of others: no pixel is left out.
    Random random(1171);
    for (int trial = 0; trial < 60; ++trial) {
        Graph net;
        Node x = net.input({.h = 5 + random.below(3), .w = 5 + random.below(3)});
        CAPTURE(trial);
        while (net.entries().size() < 4) try {
                const int kernel = 1 + random.below(4);
                Window w{.kernel = kernel, .stride = 1 + random.below(3), .padding = random.below(kernel)};
                w.dilation = 1 + random.below(2);
                w.transposed = random.below(3) != 0;
                const Node next = window_mean(x, w);
                x = next;
            } catch (const Error&) {  // this window did not fit; the next may
            }
        if (x.shape().h * x.shape().w < 2000) check(net, x, false);
    }
}
// [trap turns]

TEST_SUITE_END();
