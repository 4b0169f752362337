// What `cnn tour 22` prints and draws, and the networks of the chapter.
#include <algorithm>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/graph/describe.hpp"
#include "common/report/page.hpp"
#include "masks.hpp"
#include "segmentation.hpp"
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

// Four scenes: the picture, the true masks, the network's.
void masks(Report& report, const Graph& graph, const Classifier& net, const Weights& weights,
           const Examples& scenes) {
    constexpr int side = 192, count = 4;
    std::vector<figure::Panel> pictures, truths, found;
    for (int k = 0; k < count; ++k) {
        const View picture = scenes.images.view().images(k, 1);
        const Activations maps = run(graph, weights, {{net.image, picture}}, {net.logits});
        pictures.push_back({resize(picture, side), "scene", ""});
        truths.push_back({with_masks(picture, scenes.labels.view().images(k, 1), side), "truth", ""});
        found.push_back({with_masks(picture, named_pixels(maps[net.logits]), side), "U-Net", ""});
    }
    pictures.insert(pictures.end(), truths.begin(), truths.end());
    pictures.insert(pictures.end(), found.begin(), found.end());
    write_png(report.path("unet_masks.png"), figure::sheet(pictures, count));
    report.figure("unet_masks.png",
                  "Garments among scraps that nobody trained on: the scenes, the kind of each pixel in "
                  "truth, and as the small U-Net names it.");
}

// How much of each kind is found, on scenes that nobody trained on.
void judge(Report& report) {
    Graph graph;
    const Classifier net = unet_small(graph);
    const Weights weights = load_weights(data_folder() / "unet_small.safetensors", graph);
    const Examples scenes = masked_scenes(report.garments(Part::test), 1'000, 3'000'001);
    masks(report, graph, net, weights, scenes);

    const std::vector<std::string>& names = class_names(DataSet::garment_scenes);
    const std::vector<int> truth(scenes.labels.flat().begin(), scenes.labels.flat().end());
    const auto counts =
        confusion_matrix(truth, classify(graph, net, weights, scenes.images), int(names.size()));
    const std::vector<double> shares = intersection_over_union(counts);
    Table table = {{"kind", "intersection over union"}};
    for (std::size_t k = 0; k < names.size(); ++k) table.push_back({names[k], decimals(shares[k], 3)});
    const double mean = mean_intersection_over_union(counts);
    table.push_back({"mean", decimals(mean, 3)});
    report.table(table, "unet_kinds");
    report.agree("mean intersection over union is at least 0.90", mean >= 0.9, true);
    report.number("unetMeanIou", decimals(mean, 3));
    report.number("unetLeastIou", decimals(*std::ranges::min_element(shares), 3));
    report.number("unetLeastKind", names[std::size_t(std::ranges::min_element(shares) - shares.begin())]);
}

void walk(Report& report) {
    report.say(
        "A classifier asks what is in a picture.  U-Net asks it of every pixel: down to small maps that know "
        "what is there, up again with transposed convolutions, and beside what comes up what was kept on the "
        "way down and still knows where.");
    levels(report);
    judge(report);
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
              .builder =
                  [](Graph& graph, const Sizes& sizes) {
                      return unet(graph, {.input = sizes.input, .classes = sizes.classes});
                  }},
             {.name = "unet_small",
              .about = "finds garments among scraps, pixel by pixel",
              .sizes = {64, 6},
              .data = DataSet::garment_scenes,
              .builder = [](Graph& graph,
                            const Sizes& sizes) { return unet_small(graph, sizes.input, sizes.classes); },
              .preprocessing = {.bright_on_dark = true},
              .training = unet_small_training(),
              .scenes = unet_small_scenes}}};
}

}  // namespace cnn
