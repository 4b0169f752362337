// What `cnn tour 21` prints and draws, and the networks of the chapter.
#include <cmath>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "efficientnet.hpp"
#include "silu.hpp"

namespace cnn {

namespace {

constexpr int last = 7;

Description count(int number) {
    Graph graph;
    efficientnet(graph, efficientnet_b(number));
    return describe(graph);
}

// Parameters and multiply-adds of B0 to B7, and what a rule that doubles them at each step would make.
void growth(Report& report) {
    figure::Series parameters{"parameters, millions", {}, {}},
        work{"multiply-adds, hundred millions", {}, {}},
        doubled{"B0's multiply-adds, doubled each time", {}, {}};
    Table table{{"network", "width", "depth", "image", "parameters, millions", "multiply-adds, billions"}};
    for (int number = 0; number <= last; ++number) {
        const Description all = count(number);
        const EfficientNet net = efficientnet_b(number);
        const double millions = double(all.parameters) / 1e6, hundreds = double(all.multiply_adds) / 1e8;
        for (figure::Series* series : {&parameters, &work, &doubled}) series->x.push_back(number);
        parameters.y.push_back(millions);
        work.y.push_back(hundreds);
        doubled.y.push_back(work.y.front() * std::exp2(number));
        table.push_back({std::string("B").append(std::to_string(number)), decimals(net.width, 1),
                         decimals(net.depth, 1), std::to_string(net.input), decimals(millions, 1),
                         decimals(hundreds / 10, 2)});
    }
    report.table(table, "efficientnet_sizes");
    report.plot("efficientnet_growth.svg",
                {.title = "EfficientNet, grown in width, depth and resolution at once",
                 .x_label = "number of the network, B0 to B7",
                 .y_label = "parameters and multiply-adds",
                 .series = {parameters, work, doubled},
                 .log_y = true},
                "Parameters and multiply-adds of EfficientNet-B0 to B7.");
    report.check("parameters of EfficientNet-B0", count(0).parameters, std::int64_t{5'288'548});
    report.check("its multiply-adds", count(0).multiply_adds, std::int64_t{385'814'752});
    report.check("multiply-adds of B1 over those of B0, in hundredths: not 200 (A10)",
                 std::lround(100 * work.y[1] / work.y[0]), 178L);
}

// SiLU over the largest map of B0, 112x112x96.
void speed(Report& report) {
    const Tensor x = normal_numbers({.h = 112, .w = 112, .c = 96});
    Tensor y(x.shape());
    const double naive = median_seconds([&] { naive::silu(x); }),
                 optimized = median_seconds([&] { optimized::silu_into(x, y); });
    report.timing("SiLU of 112x112x96 numbers", naive, optimized);
    report.number("siluNaive", decimals(double(x.shape().size()) / naive / 1e9, 2));
    report.number("siluOptimized", decimals(double(x.shape().size()) / optimized / 1e9, 1));
}

void walk(Report& report) {
    report.say(
        "EfficientNet is one small network, found by search, that grows in width, depth and resolution at "
        "once. "
        "In each block a gate opens or closes every channel, after a look at the whole picture.");
    growth(report);
    speed(report);
}

std::vector<Network> efficientnets() {
    constexpr int shorter_sides[] = {256, 256, 288, 320, 384, 456, 528, 600};
    std::vector<Network> all;
    for (int number = 0; number <= last; ++number) {
        const EfficientNet net = efficientnet_b(number);
        Network network = imagenet_network(std::string("efficientnet_b").append(std::to_string(number)),
                                           number == 0 ? "16 inverted residual blocks with gates"
                                                       : std::string("B0, ")
                                                             .append(decimals(net.width, 1))
                                                             .append(" times as wide, ")
                                                             .append(decimals(net.depth, 1))
                                                             .append(" times as deep"),
                                           net, efficientnet);
        network.preprocessing.shorter_side = shorter_sides[number];
        all.push_back(std::move(network));
    }
    return all;
}

}  // namespace

Chapter chapter_21_efficientnet() {
    return {"21_efficientnet", "EfficientNet", "s-21", walk, efficientnets()};
}

}  // namespace cnn
