// What `cnn tour 26` prints and draws.
#include <cmath>

#include "class_model.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "finder.hpp"
#include "lenet.hpp"

namespace cnn {

namespace {

const std::vector<int> all_labels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

// Ten classes climb as one batch; gives their models.
Tensor contact_sheet(Report& report, const Explainable& e, const ClassModel& options, const std::string& file,
                     const std::string& caption) {
    Tensor models = optimized::class_models(e.net, e.weights, all_labels, options);
    const Tensor z = logits(e.net, e.weights, models), p = probabilities(e.net, e.weights, models);
    std::vector<figure::Panel> panels;
    for (const int label : all_labels) {
        const Tensor one(models.view().images(label, 1));
        panels.push_back({resize(stretched(one), 200), fashion_mnist_classes()[std::size_t(label)],
                          "S " + decimals(double(z(label, 0, 0, label)), 1) + ", p " +
                              decimals(double(p(label, 0, 0, label)), 2)});
    }
    write_png(report.path(file), figure::sheet(panels, 5), caption);
    report.figure(file, caption);
    return models;
}

// S2 as curves: how bright the picture becomes under either norm, for dear and for cheap brightness.
void norms(Report& report, const Explainable& e) {
    figure::Plot plot{.title = "How bright the model of a bag becomes",
                      .x_label = "steps",
                      .y_label = "length of the picture"};
    for (const Norm norm : {Norm::squared, Norm::plain}) {
        figure::Series series{norm == Norm::squared ? "squared norm" : "plain norm", {}, {}};
        for (int steps = 10; steps <= 150; steps += 20) {
            const Tensor I = optimized::class_models(
                e.net, e.weights, {8}, {.steps = steps, .rate = 0.02, .lambda = 1, .norm = norm});
            double squares = 0;
            for (const real value : I.flat()) squares += double(value) * double(value);
            series.x.push_back(steps);
            series.y.push_back(std::sqrt(squares));
        }
        plot.series.push_back(series);
    }
    report.plot("class_model_norms.svg", plot,
                "Under the squared norm the picture settles; under the plain one it grows on (S2).");
    report.check("S2: at the zero start the squared norm's gradient is 0",
                 norm_gradient(Tensor(Shape{}), Norm::squared)(0, 0, 0, 0), real{0});
    report.check("S2: and the plain norm's is 0/0",
                 std::isnan(norm_gradient(Tensor(Shape{}), Norm::plain)(0, 0, 0, 0)), true);
}

// What jitter and blur do for one class.
void calmed(Report& report, const Explainable& e) {
    std::vector<figure::Panel> panels;
    struct Way {
        const char* name;
        int jitter;
        double blur;
    };
    for (const Way& way : {Way{"the bare ascent", 0, 0}, Way{"moved at each step", 2, 0},
                           Way{"blurred now and then", 0, 0.5}, Way{"both", 2, 0.5}}) {
        const Tensor I = optimized::class_models(
            e.net, e.weights, {9},
            scaled_to_slope(
                e.net, e.weights, {9},
                {.steps = 150, .rate = 0.3, .lambda = 0.02, .jitter = way.jitter, .blur = way.blur}));
        panels.push_back({resize(stretched(I), 300), way.name, "ankle boot"});
    }
    write_png(report.path("class_model_calmed.png"), figure::sheet(panels, 4),
              "The model of an ankle boot four times: bare, with jitter, with blur, with both.");
    report.figure(
        "class_model_calmed.png",
        "The bare ascent finds what fools the network; jitter and blur ask for what survives them.");
}

void race(Report& report, const Explainable& e) {
    const ClassModel options{.steps = 10, .rate = 0.02, .lambda = 0.1};
    const double naive =
        median_seconds([&] { naive::class_models(e.net, e.weights, all_labels, options); }, 0.2);
    const double optimized =
        median_seconds([&] { optimized::class_models(e.net, e.weights, all_labels, options); }, 0.2);
    report.timing("ten classes, ten steps", naive, optimized);
    report.number("classModelSpeedup", about(naive / optimized));
}

void walk(Report& report) {
    report.say(
        "Climb from an empty picture towards a larger score, with the weights held still: what does the "
        "network "
        "think a class looks like?");
    Explainable lenet;
    lenet.net = lenet5(lenet.graph);
    lenet.weights = load_weights(data_folder() / "lenet5.safetensors", lenet.graph);
    const Tensor models = contact_sheet(
        report, lenet, {.steps = 100, .rate = 0.02, .lambda = 0.5, .jitter = 1, .blur = 0.5},
        "class_model_lenet.png",
        "Ten classes of LeNet-5, climbed as one batch from zero: the score S before the softmax, and the "
        "probability p.");
    for (const int label : all_labels)
        report.agree("the model of " + fashion_mnist_classes()[std::size_t(label)] + " is taken for",
                     top_class(lenet.net, lenet.weights, models.view().images(label, 1)), label);
    const auto finder = trained_finder(56);
    contact_sheet(
        report, *finder,
        scaled_to_slope(finder->net, finder->weights, all_labels,
                        {.steps = 200, .rate = 0.6, .lambda = 0.02, .jitter = 2, .blur = 0.5}),
        "class_model_finder.png",
        "The same of the garment finder, which does not care where a garment stands: its models repeat "
        "their parts all over.");
    calmed(report, *finder);
    norms(report, lenet);
    race(report, lenet);
}

}  // namespace

Chapter chapter_26_class_model() { return {"26_class_model", "Class model visualisation", "s-24", walk}; }

}  // namespace cnn
