// What `cnn tour 27` prints and draws.
#include <algorithm>
#include <cmath>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "finder.hpp"
#include "lenet.hpp"
#include "saliency.hpp"

namespace cnn {

namespace {

// Three readings of the gradient, for both garments of the scene.
void maps(Report& report, const Explainable& e, const Scene& s, const std::vector<std::string>& names) {
    const Extent size = figure::shown_size(72, 72, 300);
    std::vector<figure::Panel> panels;
    for (const Placed& garment : s.garments) {
        const int label = garment.label;
        Tensor parts =
            integrated_gradients(e.net, e.weights, s.picture, Tensor(s.picture.shape()), label, 32);
        for (real& value : parts.flat()) value = std::max(value, real{0});
        const Tensor smooth = largest_channel(smooth_gradient(e.net, e.weights, s.picture, label, 0.1, 25));
        const std::string& name = names[std::size_t(label)];
        panels.push_back({resize(s.picture, size), "the scene", "72x72"});
        panels.push_back({figure::overlaid(s.picture, saliency(e.net, e.weights, s.picture, label), size),
                          "saliency", name});
        panels.push_back({figure::overlaid(s.picture, smooth, size), "SmoothGrad", name});
        panels.push_back({figure::overlaid(s.picture, parts, size), "integrated gradients", name});
    }
    write_png(report.path("saliency_maps.png"), figure::sheet(panels, 4, true),
              "Saliency, SmoothGrad and integrated gradients for the two garments of a scene, a row each.");
    report.figure(
        "saliency_maps.png",
        "One back-propagation gives a map as fine as the picture, and as restless. Averaged over noise it "
        "calms down; averaged along a way and multiplied by it, it adds up.");
}

// Completeness: how far the parts' sum is from what the score gains, by the number of steps.
void completeness(Report& report, const Explainable& e, const Scene& s) {
    const int label = s.garments[0].label;
    const Tensor nothing(s.picture.shape());
    const double gained = double(logits(e.net, e.weights, s.picture)(0, 0, 0, label)) -
                          double(logits(e.net, e.weights, nothing)(0, 0, 0, label));
    figure::Series series{"integrated gradients", {}, {}};
    double last = 1;
    for (const int steps : {1, 2, 4, 8, 16, 32, 64, 128, 256}) {
        const Tensor parts = integrated_gradients(e.net, e.weights, s.picture, nothing, label, steps);
        double sum = 0;
        for (const real value : parts.flat()) sum += double(value);
        last = std::abs(sum - gained) / std::abs(gained);
        series.x.push_back(steps);
        series.y.push_back(std::max(100 * last, 1e-4));
    }
    report.plot("saliency_complete.svg",
                {.title = "Do the parts add up?",
                 .x_label = "steps on the way",
                 .y_label = "off the score's gain, %",
                 .series = {series},
                 .log_x = true,
                 .log_y = true},
                "With more steps the parts add up to what the score gains.");
    report.agree("the parts of 256 steps add up to the score's gain, to 1 %", last <= 0.01, true);
}

void race(Report& report) {
    Explainable lenet;
    lenet.net = lenet5(lenet.graph);
    lenet.weights = load_weights(data_folder() / "lenet5.safetensors", lenet.graph);
    Tensor picture(lenet.net.image.shape());
    fill(picture, real(0.5));
    const double naive = median_seconds([&] { naive::gradient(lenet.net, lenet.weights, picture, 7); }, 0.2);
    const double optimized =
        median_seconds([&] { optimized::gradient(lenet.net, lenet.weights, picture, 7); }, 0.2);
    report.timing("LeNet-5: 1568 passes, or one there and one back", naive, optimized);
    report.number("saliencySpeedup", about(naive / optimized));
}

void walk(Report& report) {
    report.say(
        "How much does the score change with each pixel? Nudge them all, or walk the graph backwards once.");
    Tensor w({.c = 3});
    w(0, 0, 0, 0) = -5, w(0, 0, 0, 1) = 1, w(0, 0, 0, 2) = 2;
    report.check("S4: of the gradients -5, 1, 2 of a pixel the map takes", largest_channel(w)(0, 0, 0, 0),
                 real{5});

    const Scene s = shown_scene();
    const auto e = trained_finder(72);
    maps(report, *e, s, fashion_mnist_classes());
    completeness(report, *e, s);
    race(report);
}

}  // namespace

Chapter chapter_27_gradient_saliency() { return {"27_gradient_saliency", "Gradient saliency", "s-25", walk}; }

}  // namespace cnn
