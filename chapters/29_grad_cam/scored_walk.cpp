// The part of `cnn tour 29` that scores all methods.
#include <algorithm>
#include <iomanip>
#include <sstream>

#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "scoreboard.hpp"

namespace cnn {

namespace {

// The same maps while the network forgets, from the top down.
void forgetting(Report& report, const Explainable& e, const Scene& s, const std::vector<std::string>& names) {
    const int layers = layers_that_learn(e.graph), label = s.garments[0].label;
    const Extent size = figure::shown_size(72, 72, 200);
    std::vector<figure::Panel> panels;
    for (const char* name : {"saliency", "smoothgrad", "grad-cam"}) {
        Explanation trained;
        for (int random = 0; random <= layers; ++random) {
            const Weights weights = randomised(e.graph, e.weights, random, 1);
            Explanation found = method(name).explain({e.net, weights, s.picture, label});
            if (random == 0) trained = found;
            const std::string note =
                random == 0 ? names[std::size_t(label)]
                            : "ranks " + decimals(rank_correlation(trained.evidence, found.evidence), 2);
            panels.push_back({figure::overlaid(s.picture, found.evidence, size),
                              random == 0 ? name : std::to_string(random) + " random", note});
        }
    }
    write_png(report.path("grad_cam_forgetting.png"), figure::sheet(panels, layers + 1, true),
              "Saliency, SmoothGrad and Grad-CAM of one scene, a row each, while the layers' weights become "
              "random from "
              "the top down.");
    report.figure("grad_cam_forgetting.png",
                  "The sanity check: layers become random from the top down, and a map that depends on what "
                  "the network "
                  "learned must change.");
}

// How much of each map is left, layer by layer.
void sanity_curves(Report& report, const std::vector<Scores>& all) {
    figure::Plot plot{.title = "What is left of a map when the network forgets",
                      .x_label = "layers of random weights, from the top",
                      .y_label = "rank correlation"};
    for (const Scores& s : all) {
        figure::Series series{s.method, {0}, {1}};
        for (std::size_t k = 0; k < s.sanity.size(); ++k) {
            series.x.push_back(double(k + 1));
            series.y.push_back(s.sanity[k]);
        }
        plot.series.push_back(series);
    }
    figure::plot(report.path("grad_cam_sanity.svg"), plot);
    report.figure("grad_cam_sanity.svg", "Rank correlation with the trained network's map, a line a method.");
}

// Pixels covered, most important first, for one scene.
void deletion_curves(Report& report, const Explainable& e, const Scene& s) {
    figure::Plot plot{.title = "Covering what matters most, first",
                      .x_label = "share of the pixels covered, %",
                      .y_label = "probability"};
    const Question q{e.net, e.weights, s.picture, s.garments[0].label};
    const auto line = [&](const std::string& name, View evidence) {
        figure::Series series{name, {}, {}};
        const std::vector<double> curve = deletion_curve(q, order_of(evidence), 20);
        for (std::size_t k = 0; k < curve.size(); ++k) {
            series.x.push_back(5.0 * double(k));
            series.y.push_back(curve[k]);
        }
        plot.series.push_back(series);
    };
    for (const char* name : {"occlusion", "saliency", "integrated-gradients", "grad-cam"})
        line(name, method(name).explain(q).evidence);
    line("a random order", Tensor({.h = 72, .w = 72}));
    figure::plot(report.path("grad_cam_deletion.svg"), plot);
    report.figure("grad_cam_deletion.svg", "The better the map, the sooner the class is gone.");
}

}  // namespace

void score_methods(Report& report, const Explainable& e, const Scene& shown, const Dataset& test) {
    report.say(
        "A map that looks right may be right. These scenes know where their garments are, so every method "
        "gets a "
        "score, beside chance and beside a network that has learned nothing.");
    const int count = report.quick() ? 3 : 8, detailed = report.quick() ? 1 : 4;
    const Gallery pictures = gallery(test, e.weights, count);
    std::vector<Scores> all;
    for (const Method& one : methods()) all.push_back(scores_of(one, e.weights, pictures, detailed));
    const auto of = [&](const std::string& name) { return *std::ranges::find(all, name, &Scores::method); };
    const Scores cam = of("grad-cam"), saliency = of("saliency"), smooth = of("smoothgrad");
    sanity_curves(report, all);
    const Scores blind = chance(e.weights, pictures, detailed);
    all.push_back(blind);
    report.table(table_of(all), "explanation_scores");
    forgetting(report, e, shown, test.classes);
    deletion_curves(report, e, shown);

    report.number("explainedScenes", std::to_string(count));
    report.number("gradCamPointing", percent(cam.pointing, 0));
    report.number("gradCamGridPointing", percent(cam.grid_pointing, 0));
    report.number("gradCamPointingRandom", percent(cam.random_pointing, 0));
    report.number("pointingChance", percent(blind.pointing, 0));
    report.number("brightChance", percent(bright_chance(pictures), 0));
    report.number("gradCamSanityTop", decimals(cam.sanity.front(), 2));
    report.number("saliencySanityTop", decimals(saliency.sanity.front(), 2));
    report.number("smoothGradSanityTop", decimals(smooth.sanity.front(), 2));
    report.number("saliencySanityAll", decimals(saliency.sanity.back(), 2));
}

}  // namespace cnn
