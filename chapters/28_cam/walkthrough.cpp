// What `cnn tour 28` prints and draws.
#include <algorithm>
#include <cmath>

#include "cam.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "common/tensor/slide.hpp"
#include "finder.hpp"

namespace cnn {

namespace {

// All ten maps of one scene: they come from the same features.
void all_classes(Report& report, const Explainable& e, const Scene& s,
                 const std::vector<std::string>& names) {
    std::vector<int> labels(names.size());
    for (std::size_t k = 0; k < labels.size(); ++k) labels[k] = int(k);
    const Tensor maps = class_activation_maps(e.net, e.weights, s.picture, labels);
    const Tensor z = logits(e.net, e.weights, s.picture);

    // One scale for all, so that they can be compared.
    const real most = std::ranges::max(maps.flat());
    const Extent size = figure::shown_size(72, 72, 240);
    std::vector<figure::Panel> panels = {{resize(s.picture, size), "the scene", "72x72"}};
    double off = 0;
    for (const int k : labels) {
        Tensor map(maps.view().channels(k, 1));
        double sum = 0;
        for (real& value : map.flat()) sum += double(value), value = std::max(value, real{0}) / most;
        const double bias = double(e.weights["fc.bias"](0, 0, 0, k)), score = double(z(0, 0, 0, k));
        off = std::max(off, std::abs(sum / double(map.flat().size()) + bias - score));
        panels.push_back({figure::overlaid(s.picture, optimized::upsample(map, {72, 72}), size, 1),
                          names[std::size_t(k)], "score " + decimals(score, 1)});
    }
    write_png(report.path("cam_classes.png"), figure::sheet(panels, 4, true),
              "The class activation maps of all ten classes on a scene of two garments, on one scale: bright "
              "on the "
              "two garments for their own classes.");
    report.figure(
        "cam_classes.png",
        "All ten maps of one scene, on one scale. They come from the same features, so more classes cost "
        "next to nothing.");
    report.check("S7: every map's mean and its bias are its score, to 1e-4", off <= 1e-4, true);
}

// S8: two conventions of enlarging, in numbers and on a map.
void enlarging(Report& report) {
    const Tensor two = slide("6 7");
    const Tensor half = optimized::upsample(two, {1, 4});
    report.check("S8: half-pixel centres take 6 7 to", half, slide("6 6.25 6.75 7"));
    Tensor aligned({.w = 4});
    for (int j = 0; j < 4; ++j) aligned(0, 0, j, 0) = 6 + real(j) / 3;
    figure::grids(report.path("cam_enlarged.svg"),
                  {{"a map of two", two}, {"half-pixel centres", half}, {"corners aligned", aligned}}, 3);
    report.figure(
        "cam_enlarged.svg",
        "Two conventions, two maps. With corners aligned, what lies in the middle of a map's pixel does not "
        "lie in the middle of its part of the picture.");
}

// The slide's order against the other: for a network of ordinary size.
void race(Report& report) {
    const Tensor features({.h = 7, .w = 7, .c = 512}), w({1, 1, 512, 10});
    const double naive = median_seconds([&] { naive::cam(features, w, {3}, 224); }, 0.2);
    const double optimized = median_seconds([&] { optimized::cam(features, w, {3}, 224); }, 0.2);
    report.timing("512 maps of 7x7, enlarged to 224x224", naive, optimized);
    report.number("camSpeedup", about(naive / optimized));
}

void walk(Report& report) {
    report.say(
        "Behind global average pooling a score is a weighted sum of averages. So it is the average of a "
        "weighted "
        "sum: a map.");
    const Scene s = shown_scene();
    const auto e = trained_finder(72);
    all_classes(report, *e, s, fashion_mnist_classes());
    enlarging(report);
    race(report);
}

}  // namespace

Chapter chapter_28_cam() { return {"28_cam", "Class activation maps", "s-26", walk}; }

}  // namespace cnn
