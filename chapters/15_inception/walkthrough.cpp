// What `cnn tour 15` prints and draws.
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/graph/describe.hpp"
#include "common/report/table.hpp"
#include "inception.hpp"

namespace cnn {

namespace {

// The slide's module, with the numbers of GoogLeNet's first.
void module(Report& report) {
    Graph graph;
    inception(graph.input({.h = 28, .w = 28, .c = 192}, "map"), {64, 96, 128, 16, 32, 32}, "3a");
    figure::blocks(report.path("inception_module.svg"), drawn(graph, "map", "3a", "An Inception module"));
    report.figure("inception_module.svg",
                  "Four branches look at one map with windows of different sizes. 1x1 layers shrink what the "
                  "large windows read.");
    report.check("maps of the module: 64 + 128 + 32 + 32", graph.output().shape().c, 256);
}

// What the 1x1 layers save.
void shrinking(Report& report) {
    Graph graph;
    inception(graph.input({.h = 28, .w = 28, .c = 192}, "map"), {64, 96, 128, 16, 32, 32}, "3a");
    const std::int64_t work = describe(graph).multiply_adds, pixels = 28 * 28;
    const std::int64_t without = pixels * 192 * (64 + 9 * 128 + 25 * 32 + 32);
    report.table({{"", "multiply-adds"},
                  {"with 1x1 layers before 3x3 and 5x5", grouped(work)},
                  {"without", grouped(without)},
                  {"ratio", decimals(double(without) / double(work), 1)}},
                 "inception_work");
    report.number("inceptionSaved", decimals(double(without) / double(work), 1));
}

void walk(Report& report) {
    report.say(
        "Which size should a filter have? An Inception module takes three, and a pooling, and puts what they "
        "find side by side.");
    module(report);
    shrinking(report);
}

}  // namespace

Chapter chapter_15_inception() { return {"15_inception", "Inception", "s-19", walk}; }

}  // namespace cnn
