#include "common/graph/session.hpp"

#include "common/base/random.hpp"
#include "common/graph/differentiate.hpp"
#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

Weights numbered(const Graph& graph) {
    Weights weights = initialise(graph, 1);
    int k = 2;
    for (const Parameter& p : graph.parameters()) fill(weights[p.name], real(k++ % 5 - 2));
    return weights;
}

/// Runs a network both ways, twice, and returns how many numbers its maps take.
std::int64_t equals_run(const Graph& net, Node x, const std::vector<Node>& keep) {
    const Weights weights = numbered(net);
    Shape shape = x.shape();
    shape.n = 2;
    Session session(net, weights, {{x, shape}}, keep);
    for (const int seed : {1, 2}) {
        const Tensor images = small_integers(shape, seed);
        const std::vector<View> maps = session.run({{x, images}});
        const Activations expected = run(net, weights, {{x, images}}, keep);
        REQUIRE(maps.size() == keep.size());
        for (std::size_t k = 0; k < keep.size(); ++k) CHECK(Tensor(maps[k]) == expected[keep[k]]);
    }
    return session.map_bytes() / std::int64_t{sizeof(real)};
}

/// The gradients for x with the maps that the walk back reads kept, and with all kept.
void equals_gradients(const Graph& net, Node x, Node y) {
    const Weights weights = numbered(net);
    const Tensor image = small_integers(x.shape());
    const Wanted wanted{{x}, trainable(net)};
    const Tensor dy = small_integers(y.shape(), 3);
    const Activations all = run(net, weights, {{x, image}}, all_nodes(net));
    const Activations few = run(net, weights, {{x, image}}, read_backward(net, {y}, wanted));
    const Gradients a = differentiate(net, weights, all, {{y, dy}}, wanted);
    const Gradients b = differentiate(net, weights, few, {{y, dy}}, wanted);
    CHECK(a[x] == b[x]);
    CHECK(a.parameters == b.parameters);
}

}  // namespace

TEST_SUITE_BEGIN("common: session");

TEST_CASE("session: a residual block adds and rectifies in place") {
    Graph net;
    const Node x = net.input({.h = 3, .w = 3, .c = 16});
    const Node a = toy::positive(toy::scale(x, "conv1"));
    const Node y = toy::positive(toy::plus(toy::scale(a, "conv2"), x));
    CHECK(equals_run(net, x, {y}) == 2 * 2 * 3 * 3 * 16);
    equals_gradients(net, x, y);
}

TEST_CASE("session: branches of an Inception module write their slices of the result") {
    Graph net;
    const Node x = net.input({.h = 2, .w = 2, .c = 16});
    const Node a = toy::positive(toy::scale(x, "1x1")), b = toy::positive(toy::scale(x, "3x3")),
               c = toy::scale(b, "5x5");
    const Node y = toy::beside({a, b, c, a});
    CHECK(equals_run(net, x, {y}) == 2 * 2 * 2 * 64);  // nothing but the result itself
    CHECK(equals_run(net, x, {y, b}) == 2 * 2 * 2 * 64);
    equals_gradients(net, x, y);
}

TEST_CASE("session: a step of a U-Net crops by a view and concatenates in place") {
    Graph net;
    const Node x = net.input({.h = 6, .w = 6, .c = 4});
    const Node skip = toy::positive(toy::scale(x, "down"));
    const Node up = toy::scale(toy::part(skip, 4, 0, 4), "up");
    const Node y = toy::scale(toy::beside({toy::part(skip, 4, 0, 4), up}), "last");
    equals_run(net, x, {y});
    equals_run(net, x, {y, skip});
    equals_gradients(net, x, y);
}

TEST_CASE("session: equals run on random networks, whatever is kept") {
    Random random(fuzz_seed("session", 77));
    for (int round = 0; round < 1000; ++round) {
        CAPTURE(round);
        Graph net;
        std::vector<Node> nodes = {net.input({.h = 4, .w = 4, .c = 3})};
        const auto any = [&] { return nodes[std::size_t(random.below(int(nodes.size())))]; };
        for (int k = 0; k < 12; ++k) {
            const Node a = any(), b = any();
            const Shape s = a.shape(), t = b.shape();
            const Extent half(std::max(1, s.h - 1), std::max(1, s.w - 1));
            switch (random.below(5)) {
                case 0:
                    nodes.push_back(toy::scale(a));
                    break;
                case 1:
                    nodes.push_back(toy::positive(a));
                    break;
                case 2:
                    nodes.push_back(s == t ? toy::plus(a, b) : toy::positive(b));
                    break;
                case 3:
                    nodes.push_back(s.h == t.h && s.w == t.w ? toy::beside({a, b}) : toy::scale(b));
                    break;
                default:
                    nodes.push_back(toy::part(a, half, random.below(s.c), 1));
                    break;
            }
        }
        std::vector<Node> keep = {nodes.back()};
        for (const Node& node : nodes)
            if (random.below(5) == 0) keep.push_back(node);
        equals_run(net, nodes[0], keep);
    }
}

TEST_CASE("session: wrong use is named") {
    Graph net;
    const Node x = net.input({.h = 1, .w = 2}), y = toy::scale(x, "y");
    const Weights weights = numbered(net);
    CHECK(error_of([&] { Session(net, weights, {}, {y}); }) == "session: the input \"input\" is not fed");
    Session session(net, weights, {{x, {1, 1, 2, 1}}}, {y});
    const Tensor other({.n = 2, .h = 1, .w = 2});
    CHECK(error_of([&] {
              session.run({{x, other}});
          }) == "session: \"input\" is fed 2x1x2x1; the session is for 1x1x2x1");
    CHECK(error_of([&] { session.run({{y, other}}); }) == "session: it was not made to be fed \"y\"");
    CHECK(error_of([&] {
              Session(net, weights, {{x, {}}}, {y}, {.training = true});
          }).starts_with("session: a session is for inference"));
}

TEST_SUITE_END();
