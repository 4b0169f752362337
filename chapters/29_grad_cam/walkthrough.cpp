// What `cnn tour 29` prints and draws.
#include <algorithm>

#include "cam.hpp"
#include "class_model.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "scoreboard.hpp"

namespace cnn {

namespace {

// One scene, two classes, all methods of the lecture: a row for each class.
void all_methods(Report& report, const Explainable& e, const Scene& s,
                 const std::vector<std::string>& names) {
    const Extent size = figure::shown_size(72, 72, 240);
    const Tensor p = probabilities(e.net, e.weights, s.picture);
    Tensor boxed({.h = size.h, .w = size.w, .c = 3});
    const Tensor large = resize(s.picture, size);
    for (int c = 0; c < 3; ++c) copy(large, boxed.view().channels(c, 1));
    std::vector<figure::Panel> panels;
    for (const Placed& garment : s.garments) {
        const int label = garment.label;
        const std::string& name = names[std::size_t(label)];
        Tensor picture = boxed;
        const auto pixel = [&](int at) { return at * size.h / s.picture.shape().h; };
        const Region box = garment.box;
        figure::frame(picture, pixel(box.rows.begin), pixel(box.columns.begin),
                      {pixel(box.rows.size()), pixel(box.columns.size())},
                      {real(0.98), real(0.75), real(0.2)}, 3);
        panels.push_back({picture, name, "probability " + decimals(double(p(0, 0, 0, label)), 2)});
        for (const Method& one : methods()) {
            if (one.name == "smoothgrad" || one.name == "integrated-gradients") continue;
            const Explanation found = one.explain({e.net, e.weights, s.picture, label});
            panels.push_back({figure::overlaid(s.picture, found.evidence, size), one.name, name});
        }
        const Tensor model = optimized::class_models(
            e.net, e.weights, {label},
            scaled_to_slope(e.net, e.weights, {label},
                            {.steps = 150, .rate = 0.3, .lambda = 0.02, .jitter = 2, .blur = 0.5}));
        panels.push_back({resize(stretched(model), size), "class model", name});
    }
    write_png(
        report.path("grad_cam_all_methods.png"),
        figure::sheet(panels, int(panels.size() / s.garments.size()), true),
        "One scene, two garments, a row each: the garment's box, occlusion, saliency, CAM, Grad-CAM, the "
        "counterfactual, and the class's model.");
    report.figure(
        "grad_cam_all_methods.png",
        "All methods of the lecture on one scene, for both of its garments. The counterfactual of one "
        "garment lies on the other.");
}

// The same class at every layer, from one backward pass.
void layers(Report& report, const Explainable& e, const Scene& s, const std::vector<std::string>& names) {
    const Extent size = figure::shown_size(72, 72, 240);
    const int label = s.garments[0].label;
    std::vector<Node> at;
    for (const char* name : {"relu1", "relu2", "relu3", "relu4"}) at.push_back(layer_named(e.net, name));
    const std::vector<GradCam> found = optimized::grad_cams(e.net, e.weights, s.picture, at, label);
    std::vector<figure::Panel> panels = {{resize(s.picture, size), "the scene", names[std::size_t(label)]}};
    for (std::size_t k = 0; k < at.size(); ++k)
        panels.push_back({figure::overlaid(s.picture, optimized::upsample(found[k].map, {72, 72}), size),
                          "Grad-CAM at " + at[k].name(),
                          std::to_string(at[k].shape().h) + "x" + std::to_string(at[k].shape().w)});
    write_png(
        report.path("grad_cam_layers.png"), figure::sheet(panels, 5, true),
        "Grad-CAM of one class at four layers: edges everywhere in the first, the garment in the last.");
    report.figure(
        "grad_cam_layers.png",
        "Any layer will do (S10), but shallow ones do not know the class yet: their map shows edges.");
}

// S11 on real weights.
void identity(Report& report, const Explainable& e, const Scene& s) {
    const int label = s.garments[0].label;
    Tensor cam = class_activation_maps(e.net, e.weights, s.picture, {label});
    const Shape shape = cam.shape();
    for (real& value : cam.flat()) value = std::max(value, real{0}) / real(shape.h * shape.w);
    const Tensor map = optimized::grad_cam(e.net, e.weights, s.picture, last_convolution(e.net), label).map;
    double off = 0, most = 0;
    for (std::size_t i = 0; i < map.flat().size(); ++i) {
        off = std::max(off, std::abs(double(map.flat()[i] - cam.flat()[i])));
        most = std::max(most, double(map.flat()[i]));
    }
    report.check("S11: on average and one linear layer Grad-CAM is ReLU(CAM) / Z, to 1e-5 of its maximum",
                 off <= 1e-5 * most, true);
}

void race(Report& report, const Explainable& e, const Scene& s) {
    const Node layer = last_convolution(e.net);
    const double naive = median_seconds([&] { naive::grad_cam(e.net, e.weights, s.picture, layer, 3); }, 0.2);
    const double optimized =
        median_seconds([&] { optimized::grad_cam(e.net, e.weights, s.picture, layer, 3); }, 0.2);
    report.timing("all gradients, or back to the layer", naive, optimized);
    report.number("gradCamSpeedup", about(naive / optimized));
}

void walk(Report& report) {
    report.say(
        "Weigh a layer's maps by how much the score gains from each, add them up, keep what is positive: a "
        "map of "
        "where the class is, for any network.");
    const Scene s = shown_scene();
    const auto e = trained_finder(72);
    all_methods(report, *e, s, fashion_mnist_classes());
    layers(report, *e, s, fashion_mnist_classes());
    identity(report, *e, s);
    race(report, *e, s);
    report.attempt("the scores of the methods on scenes of many garments",
                   [&] { score_methods(report, *e, s, report.garments(Part::test)); });
}

}  // namespace

Chapter chapter_29_grad_cam() { return {"29_grad_cam", "Grad-CAM", "s-27", walk}; }

}  // namespace cnn
