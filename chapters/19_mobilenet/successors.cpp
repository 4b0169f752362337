// What `cnn tour 19` prints and draws of MobileNet V2 and Xception, and both as the program knows them.
#include "successors.hpp"

#include "bottleneck.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "mobilenet_v2.hpp"
#include "xception.hpp"

namespace cnn {

namespace {

// How much a ReLU leaves of two dimensions, by the number of channels they are spread over.
void bottleneck(Report& report) {
    figure::Bars chart{.title = "Pixels of two dimensions that a ReLU lets through", .unit = "percent"};
    for (const int channels : {2, 3, 4, 6, 8, 12}) {
        const double share = recoverable(2, channels);
        chart.bars.push_back({std::to_string(channels) + " channels", 100 * share});
        if (channels == 2) report.number("mobilenetNarrow", decimals(100 * share, 0));
        if (channels == 12) report.number("mobilenetWide", decimals(100 * share, 1));
    }
    figure::bars(report.path("mobilenet_bottleneck.svg"), chart);
    report.figure(
        "mobilenet_bottleneck.svg",
        "Pixels of two dimensions behind a random 1x1 layer and a ReLU: the share that can still be "
        "computed back. In two channels most are lost, in twelve hardly one.");
}

}  // namespace

void walk_successors(Report& report) {
    report.say(
        "MobileNet V2 keeps its maps narrow between blocks and widens them six times inside.  A ReLU on a "
        "narrow map would lose much of it, so the narrow ends have none.");
    bottleneck(report);
    Graph v2, xceptions;
    mobilenet_v2(v2);
    xception(xceptions);
    report.agree("parameters of MobileNet V2", describe(v2).parameters, std::int64_t{3'504'872});
    report.agree("parameters of Xception", describe(xceptions).parameters, std::int64_t{22'855'952});
}

std::vector<Network> successors() {
    Network xception_network =
        imagenet_network<Xception>("xception", "34 depthwise separable layers with shortcuts", {}, xception);
    xception_network.preprocessing = {.mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}};
    return {imagenet_network<MobileNetV2>("mobilenet_v2", "17 blocks, wide inside and linear at their ends",
                                          {}, mobilenet_v2),
            xception_network};
}

}  // namespace cnn
