// What `cnn tour 25` prints and draws.
#include <algorithm>

#include "common/book/chapter.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "finder.hpp"
#include "occlusion.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

const Occlusion usual{.patch = 12, .stride = 3, .grey = {0}};

constexpr int shown_side = 288;
Tensor shown(View picture) { return resize(picture, shown_side); }

/// What covering takes away, as colours over the scene; a patch's loss is drawn where its middle lies.
figure::Panel losses(const Explainable& e, const Scene& s, int label, const Occlusion& options,
                     const std::string& title, const std::string& note) {
    const Tensor sweep = optimized::occlusion(e.net, e.weights, s.picture, options);
    Tensor loss = importance(e.net, e.weights, s.picture, sweep, label, options);
    for (real& value : loss.flat()) value = std::max(value, real{0});
    Tensor placed({.h = s.picture.shape().h, .w = s.picture.shape().w});
    const Shape places = loss.shape();
    const Extent middle{(places.h - 1) * options.stride.h + 1, (places.w - 1) * options.stride.w + 1};
    copy(resize(loss, middle), placed.view().window(options.patch.h / 2, options.patch.w / 2, middle));
    return {figure::overlaid(s.picture, placed, shown_side), title, note};
}

// The scene, one patch of the sweep, and what the sweep finds for both garments.
void sweep(Report& report, const Explainable& e, const Scene& s, const std::vector<std::string>& names) {
    const Tensor p = probabilities(e.net, e.weights, s.picture);
    Tensor covered = s.picture;
    const Region box = s.garments[0].box;
    const int top = (box.rows.begin + box.rows.end) / 2 - 6,
              left = (box.columns.begin + box.columns.end) / 2 - 6;
    fill(covered.view().window(top, left, 12), real(0.5));
    std::vector<figure::Panel> panels = {{shown(s.picture), "the scene", "72x72"},
                                         {shown(covered), "one place of a patch", "12x12"}};
    for (const Placed& garment : s.garments) {
        const std::string& name = names[std::size_t(garment.label)];
        panels.push_back(losses(e, s, garment.label, usual, "occlusion: " + name,
                                "probability " + decimals(double(p(0, 0, 0, garment.label)), 2)));
    }
    write_png(report.path("occlusion_sweep.png"), figure::sheet(panels, 4, true),
              "A scene of two garments, the scene with a grey patch on one of them, and for each garment the "
              "loss of probability by the patch's place: largest on the garment.");
    report.figure(
        "occlusion_sweep.png",
        "A patch slides over the scene. What it takes from each class's probability is a map: both come "
        "from the same sweep.");
}

// Four fillings of the same patch.
void fillings(Report& report, const Explainable& e, const Scene& s) {
    std::vector<figure::Panel> panels;
    const std::pair<Fill, const char*> fills[] = {
        {Fill::zero, "zero"}, {Fill::grey, "grey"}, {Fill::mean, "mean"}, {Fill::blur, "blurred"}};
    for (const auto& [fill, name] : fills) {
        Occlusion options = usual;
        options.fill = fill;
        options.grey = {real(0.5)};
        panels.push_back(losses(e, s, s.garments[0].label, options, name, "patches"));
    }
    write_png(
        report.path("occlusion_fills.png"), figure::sheet(panels, 4, true),
        "The same sweep with patches of zeros, of grey, of the scene's mean, and of the blurred scene.");
    report.figure(
        "occlusion_fills.png",
        "What a patch is filled with matters: grey on a black background is a thing of its own, and the "
        "network sees it.");
}

// One pass a place, batches of passes, and only what the patch reaches.
void race(Report& report, const Explainable& e, const Scene& s) {
    const OcclusionCost cost = occlusion_cost(e.net, usual);
    const Shape places = occlusion_shape(e.net, usual);
    const double naive = median_seconds([&] { naive::occlusion(e.net, e.weights, s.picture, usual); }, 0.2);
    const double batches =
        median_seconds([&] { occlusion_in_batches(e.net, e.weights, s.picture, usual); }, 0.2);
    const double optimized =
        median_seconds([&] { optimized::occlusion(e.net, e.weights, s.picture, usual); }, 0.2);
    const std::string count = std::to_string(places.h * places.w);
    report.timing(count + " places, a pass each", naive, optimized);
    report.timing("the same in batches of 32", batches, optimized);
    report.number("occlusionPlaces", count);
    report.number("occlusionCostRatio", decimals(cost.ratio(), 1));
    report.number("occlusionSpeedup", about(naive / optimized));
    report.number("occlusionAgainstBatches", about(batches / optimized));
    report.number("occlusionShare", decimals(batches / optimized / cost.ratio(), 2));
    report.say("Receptive fields permit " + decimals(cost.ratio(), 1) +
               " times fewer multiply-adds; measured, the sweep is " + decimals(batches / optimized, 1) +
               " times as fast as batches of full passes.");
    report.table({{"", "multiply-adds of all places"},
                  {"full passes", grouped(cost.full)},
                  {"what the patches reach", grouped(cost.reached)},
                  {"ratio", decimals(cost.ratio(), 1)}},
                 "occlusion_cost");
}

void walk(Report& report) {
    report.say(
        "Cover a part of the picture, ask the network again, and plot the answer by the place of the patch. "
        "Where covering makes the class less likely, the class was there.");
    Graph graph;
    const Node image = graph.input({.h = 224, .w = 224, .c = 3});
    const Shape places =
        occlusion_shape({image, {}, global_average_pool(image), {}}, {.patch = 16, .stride = 8});
    report.check("S1: places of a 16x16 patch in 224x224, 8 apart", places.h * places.w, 729);

    const Scene s = shown_scene();
    const auto e = trained_finder(72);
    sweep(report, *e, s, fashion_mnist_classes());
    fillings(report, *e, s);
    const double difference = [&] {
        const Tensor full = naive::occlusion(e->net, e->weights, s.picture, usual);
        const Tensor part = optimized::occlusion(e->net, e->weights, s.picture, usual);
        double most = 0;
        for (std::size_t i = 0; i < full.flat().size(); ++i)
            most = std::max(most, std::abs(double(full.flat()[i] - part.flat()[i])));
        return most;
    }();
    report.agree("what the patch reaches gives the full passes' probabilities to 1e-5", difference <= 1e-5,
                 true);
    race(report, *e, s);
}

std::vector<Network> finders() {
    return {{.name = "garment_finder",
             .about = "four convolutions that find a garment among scraps",
             .sizes = {64, 10},
             .data = DataSet::fashion_mnist,
             .builder = [](Graph& graph, const Sizes& sizes) { return garment_finder(graph, sizes.input); },
             .preprocessing = {.bright_on_dark = true},
             .training = garment_finder_training(),
             .pictures = finder_pictures}};
}

}  // namespace

Chapter chapter_25_occlusion() { return {"25_occlusion", "Occlusion", "s-23", walk, finders()}; }

}  // namespace cnn
