// What `cnn tour 22` prints and draws, and the networks of the chapter.
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "unet.hpp"

namespace cnn {

namespace {

// Down and up again: the side of the maps behind every level.
void levels(Report& report) {
    Graph graph;
    const Classifier net = unet(graph, {});
    figure::Bars chart{.title = "Sides of U-Net's maps", .unit = "pixels"};
    for (const auto* name : {"image", "down1.conv2", "down2.conv2", "down3.conv2", "down4.conv2",
                             "bottom.conv2", "up4.conv2", "up3.conv2", "up2.conv2", "up1.conv2"})
        chart.bars.push_back({name, double(graph[name].shape().h)});
    figure::bars(report.path("unet_sides.svg"), chart);
    report.figure("unet_sides.svg",
                  "The sides of U-Net's maps: halved four times on the way down, doubled four times on the "
                  "way up. Without padding each 3x3 layer costs two pixels, so 572 come back as 388.");
    const Description all = describe(graph);
    report.check("side of U-Net's output for a picture of 572", net.logits.shape().h, 388);
    report.check("parameters of U-Net", all.parameters, std::int64_t{31'030'658});
    report.check("multiply-adds of U-Net", all.multiply_adds, std::int64_t{150'428'424'448});
}

void walk(Report& report) {
    report.say(
        "A classifier asks what is in a picture.  U-Net asks it of every pixel: down to small maps that know "
        "what is there, up again with transposed convolutions, and beside what comes up what was kept on the "
        "way down and still knows where.");
    levels(report);
}

}  // namespace

Chapter chapter_22_unet() {
    return {"22_unet",
            "U-Net",
            "s-16",
            walk,
            {{.name = "unet",
              .about = "names every pixel: down, up, and beside what was kept on the way down",
              .sizes = {572, 2},
              .data = DataSet::cells,
              .builder = [](Graph& graph, const Sizes& sizes) {
                  return unet(graph, {.input = sizes.input, .classes = sizes.classes});
              }}}};
}

}  // namespace cnn
