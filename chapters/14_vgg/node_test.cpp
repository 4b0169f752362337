// Winograd's algorithm as a node of a network, forward and back.
#include "common/graph/gradient_session.hpp"
#include "common/testing/testing.hpp"
#include "winograd.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("14 vgg");

TEST_CASE("s-18: the gradient of the input is Winograd's convolution with turned filters") {
    const Tensor w = normal_numbers({3, 3, 21, 18}, 2);
    for (const Sides& padding : {Sides(0), Sides(1), Sides(2, 0, 1, 2)}) {
        const Convolution layer{.padding = padding};
        const Shape x{2, 9, 7, 21};
        const Tensor dy = normal_numbers(convolved_shape(x, w.shape(), layer), 3);
        Tensor dx = Tensor::uninitialized(x);
        optimized::prepared_winograd_backward_input(w, padding, x)(dy, dx);
        CHECK(largest_difference(dx, naive::conv2d_backward_input(dy, w, x, layer)) <= 2e-4);
    }
    CHECK(error_of([&] {
              optimized::prepared_winograd_backward_input(w, 3, {1, 9, 9, 21});
          }) ==
          "winograd: a padding of top 3 bottom 3 left 3 right 3; the gradient of its input takes at most 2 a "
          "side");
}

TEST_CASE(
    "s-18: a node of Winograd's is conv's up to rounding, forward and backward, with and without residual") {
    const Convolution layer{.filters = 20, .kernel = 3, .padding = 1, .activation = Activation::relu};
    Graph graph;
    const Node x = graph.input({.h = 9, .w = 7, .c = 20}, "x");
    const Node fast = winograd_conv_plus(winograd_conv(x, layer, "a"), x, layer, "b");
    Graph plain;
    const Node from = plain.input({.h = 9, .w = 7, .c = 20}, "x");
    const Node slow = conv_plus(conv(from, layer, "a"), from, layer, "b");
    const Weights weights = initialise(graph, 4);
    const Tensor image = normal_numbers({2, 9, 7, 20}, 5), dy = normal_numbers({2, 9, 7, 20}, 6);

    const std::vector<std::string> names = trainable(graph);
    const Activations maps = run(graph, weights, {{x, image}}, all_nodes(graph));
    const Activations expected = run(plain, weights, {{from, image}}, all_nodes(plain));
    CHECK(maps[fast] != expected[slow]);  // the algorithm is another one
    CHECK(largest_difference(maps[fast], expected[slow]) <= 1e-4);
    const Gradients mine = differentiate(graph, weights, maps, {{fast, dy}}, {{x}, names});
    const Gradients theirs = differentiate(plain, weights, expected, {{slow, dy}}, {{from}, names});
    CHECK(largest_difference(mine[x], theirs[from]) <= 1e-4);
    for (const std::string& name : names)
        CHECK(largest_difference(mine.parameters[name], theirs.parameters[name]) <= 1e-3);

    GradientSession session(graph, weights, {{x, image.shape()}}, {fast}, {x});
    session.run({{x, image}});
    CHECK(Tensor(session.map(fast)) == maps[fast]);
    CHECK(session.back({{fast, dy}})[x] == mine[x]);

    // On naive kernels both are the sum as it is written.
    const Mode naive{.kernels = Kernels::naive};
    CHECK(run(graph, weights, {{x, image}}, {fast}, naive)[fast] ==
          run(plain, weights, {{from, image}}, {slow}, naive)[slow]);
}

TEST_CASE("s-18: layers that the algorithm does not fit are conv's own") {
    Graph graph, plain;
    const Node x = graph.input({.h = 8, .w = 8, .c = 16}, "x"),
               from = plain.input({.h = 8, .w = 8, .c = 16}, "x");
    const Tensor image = small_integers({1, 8, 8, 16}, 5);
    for (const Convolution& layer :
         {Convolution{.filters = 16, .kernel = 1}, Convolution{.filters = 16, .kernel = 3, .stride = 2},
          Convolution{.filters = 3, .kernel = 3}, Convolution{.filters = 16, .kernel = 3, .groups = 2}}) {
        const Node fast = winograd_conv(x, layer), slow = conv(from, layer);
        Weights weights = initialise(graph, 4), same;
        for (const char* part : {".weight", ".bias"})
            same.set(slow.name() + part, weights[fast.name() + part]);
        CHECK(run(graph, weights, {{x, image}}, {fast})[fast] ==
              run(plain, same, {{from, image}}, {slow})[slow]);
    }
}

TEST_SUITE_END();
