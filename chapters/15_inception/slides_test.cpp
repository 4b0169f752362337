// s-19: the Inception module, counted.
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "inception.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("15 inception");

// [modules]
TEST_CASE("s-19: weights and multiply-adds of GoogLeNet's nine modules") {
    struct Row {
        Shape x;
        Inception filters;
        std::int64_t weights, multiply_adds;
    };
    for (const Row& row : {Row{{1, 28, 28, 192}, {64, 96, 128, 16, 32, 32}, 163'328, 128'049'152},
                           Row{{1, 28, 28, 256}, {128, 128, 192, 32, 96, 64}, 388'096, 304'267'264},
                           Row{{1, 14, 14, 480}, {192, 96, 208, 16, 48, 64}, 375'552, 73'608'192},
                           Row{{1, 14, 14, 512}, {160, 112, 224, 24, 64, 64}, 448'512, 87'908'352},
                           Row{{1, 14, 14, 512}, {128, 128, 256, 24, 64, 64}, 509'440, 99'850'240},
                           Row{{1, 14, 14, 512}, {112, 144, 288, 32, 64, 64}, 604'672, 118'515'712},
                           Row{{1, 14, 14, 528}, {256, 160, 320, 32, 128, 128}, 867'328, 169'996'288},
                           Row{{1, 7, 7, 832}, {256, 160, 320, 32, 128, 128}, 1'042'432, 51'079'168},
                           Row{{1, 7, 7, 832}, {384, 192, 384, 48, 128, 128}, 1'442'816, 70'697'984}}) {
        Graph graph;
        inception(graph.input(row.x), row.filters, "module");
        const Description all = describe(graph);
        std::int64_t biases = 0;
        for (const Parameter& p : graph.parameters())
            if (p.name.ends_with(".bias")) biases += p.shape.size();
        CHECK(all.parameters - biases == row.weights);
        CHECK(all.multiply_adds == row.multiply_adds);
    }
}
// [modules]

// [session]
TEST_CASE("s-19: in a session branches write their slice of the result, bit by bit what run computes") {
    Graph graph;
    const Node x = graph.input({.h = 14, .w = 14, .c = 480}),
               y = inception(x, {192, 96, 208, 16, 48, 64}, "4a");
    const Weights weights = initialise(graph, 1);
    const Tensor map = normal_numbers({2, 14, 14, 480});
    Session session(graph, weights, {{x, map.shape()}}, {y});
    CHECK(Tensor(session.run({{x, map}})[0]) == run(graph, weights, {{x, map}}, {y})[y]);
    // The result, the two reduced maps and the pooled one: no branch has memory of its own.
    const std::int64_t pixels = 2 * 14 * 14;
    CHECK(session.map_bytes() <= pixels * (512 + 96 + 16 + 480) * std::int64_t{sizeof(real)});
}
// [session]

TEST_SUITE_END();
