// What `cnn tour 20` prints and draws, and the networks of the chapter.
#include <algorithm>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "mixing.hpp"
#include "shuffle.hpp"
#include "shufflenet.hpp"

namespace cnn {

namespace {

// Which input reaches which output through two grouped layers: blocks, or everything.
void jacobians(Report& report) {
    constexpr int channels = 12, groups = 3;
    std::vector<figure::Grid> grids;
    for (const bool shuffled : {false, true}) {
        const Tensor paths = mixing(channels, groups, shuffled);
        const auto nonzero = channels * channels - std::ranges::count(paths.flat(), real{0});
        const std::string title = shuffled ? "with a shuffle" : "without";
        report.check("inputs that outputs depend on, " + title + " (A9)", std::int64_t(nonzero),
                     std::int64_t{channels * channels / (shuffled ? 1 : groups)});
        grids.push_back({title, paths});
    }
    figure::grids(report.path("shufflenet_jacobian.svg"), grids);
    report.figure(
        "shufflenet_jacobian.svg",
        "Two convolutions in three groups, one behind the other: on how many paths each of 12 inputs "
        "(columns) reaches each of 12 outputs (rows), without and with a shuffle between them.");
}

// What groups buy: more channels for the same work.
void groups(Report& report) {
    Table rows{{"groups", "channels of the stages", "parameters", "multiply-adds"}};
    for (const int g : {1, 2, 3, 4, 8}) {
        const ShuffleNetV1 net = shufflenet_v1(g);
        Graph graph;
        shufflenet_v1(graph, net);
        const Description all = describe(graph);
        std::ostringstream widths;
        widths << net.channels << ", " << 2 * net.channels << ", " << 4 * net.channels;
        rows.push_back(
            {std::to_string(g), widths.str(), grouped(all.parameters), grouped(all.multiply_adds)});
        if (g == 3) report.agree("parameters of ShuffleNet V1", all.parameters, std::int64_t{1'865'728});
    }
    report.table(rows, "shufflenet_groups");
    Graph graph;
    shufflenet_v2(graph, shufflenet_v2_x1_0());
    report.agree("parameters of ShuffleNet V2", describe(graph).parameters, std::int64_t{2'278'604});
}

void timing(Report& report) {
    const Tensor x = normal_numbers({1, 28, 28, 240});
    const double naive = median_seconds([&] { naive::channel_shuffle(x, 3); });
    const double optimized = median_seconds([&] { optimized::channel_shuffle(x, 3); });
    report.timing("channel shuffle, 28x28x240 in 3 groups", naive, optimized);
    report.number("shuffleSpeedup", decimals(naive / optimized, 1));
}

void walk(Report& report) {
    report.say(
        "Grouped 1x1 convolutions are cheap, but each group sees its own channels alone.  A shuffle deals "
        "the "
        "channels to other groups, so that the next layer sees all of them.  It costs no multiplication.");
    jacobians(report);
    groups(report);
    timing(report);
}

std::vector<Network> shufflenets() {
    std::vector<Network> all;
    for (const int g : {1, 2, 3, 4, 8}) {
        const std::string number = std::to_string(g);
        all.push_back(imagenet_network<ShuffleNetV1>(
            std::string("shufflenet_v1_g").append(number),
            std::string("16 units, 1x1 layers in groups: ").append(number), shufflenet_v1(g), shufflenet_v1));
    }
    for (const auto& [width, net] : {std::pair{"x0_5", shufflenet_v2_x0_5()},
                                     {"x1_0", shufflenet_v2_x1_0()},
                                     {"x1_5", shufflenet_v2_x1_5()},
                                     {"x2_0", shufflenet_v2_x2_0()}})
        all.push_back(imagenet_network<ShuffleNetV2>(std::string("shufflenet_v2_").append(width),
                                                     "16 units that keep half of their channels", net,
                                                     shufflenet_v2));
    return all;
}

}  // namespace

Chapter chapter_20_shufflenet() { return {"20_shufflenet", "ShuffleNet", "s-21", walk, shufflenets()}; }

}  // namespace cnn
