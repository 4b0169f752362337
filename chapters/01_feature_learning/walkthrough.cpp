// What `cnn tour 01` prints and draws.
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/files/safetensors.hpp"
#include "common/machine/thread_count.hpp"
#include "common/training/training_log.hpp"
#include "disturbances.hpp"
#include "linear_classifier.hpp"
#include "oriented_gradients.hpp"
#include "winners.hpp"

namespace cnn {

namespace {

double seconds_of(const std::function<void()>& body) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// A way to see images, and how the classifier above it is trained.
struct Way {
    const char* name;
    Tensor (*features)(View images);
    LinearTraining training;
};
const Way pixels{"pixels", [](View x) { return Tensor(x); }, {.epochs = 4, .rate = real{0.01}}};
const Way designed{"oriented gradients",
                   [](View x) { return optimized::oriented_gradients(x, {}); },
                   {.epochs = 6, .rate = real(0.2)}};

// Multiply-adds for one image: squares, lines and the two normalisations; then the classifier's.
std::int64_t multiply_adds(const Way& way, const Shape& image, const Shape& features, int classes) {
    const std::int64_t numbers = std::int64_t{features.h} * features.w * features.c;
    const OrientedGradients feature;
    const std::int64_t found =
        std::int64_t{image.h} * image.w * (2 * image.c + 2 * (feature.bins - 1)) + 4 * numbers;
    return numbers * classes + (&way == &designed ? found : 0);
}

// A row of the table for a later chapter's network, which learns its features: what is logged of it.
std::vector<std::string> logged(Report& report, const std::string& net, const std::string& name,
                                const std::string& key) {
    const TrainingLog log = read_log(data_folder() / (net + ".json"));
    std::int64_t parameters = 0;
    for (const auto& [array, values] : safetensors::read(data_folder() / (net + ".safetensors")).arrays)
        parameters += std::int64_t(values.numbers.size());
    const std::string right = percent(log.epochs.back().test_accuracy, 1);
    report.number(key, right);
    return {name, "learned", grouped(parameters), "", "", right};
}

// All training images under both; then with fewer.
struct Learned {
    Dataset train, test;
    LinearClassifier pixels, designed;
};

Learned learn(Report& report, Dataset train, Dataset test, const std::string& key) {
    Table table{
        {"features", "numbers", "parameters learned", "multiply-adds", "training, seconds", "accuracy"}};
    std::vector<LinearClassifier> classifiers;
    for (const Way* way : {&pixels, &designed}) {
        Tensor x;
        LinearClassifier net;
        const double seconds = seconds_of([&] {
            x = way->features(train.images);
            net = train_linear(x, train.labels, int(train.classes.size()), way->training);
        });
        const double right = accuracy(net, way->features(test.images), test.labels);
        const Shape shape = x.shape();
        table.push_back({way->name, grouped(shape.size() / shape.n), grouped(net.parameters()),
                         grouped(multiply_adds(*way, train.images.shape(), shape, int(train.classes.size()))),
                         decimals(seconds, 1), percent(right, 1)});
        report.number(key + (way == &pixels ? "Pixels" : "Designed"), percent(right, 1));
        classifiers.push_back(std::move(net));
    }
    table.push_back(key == "features"
                        ? logged(report, "lenet5", "LeNet-5 (chapter 06)", "featuresLenet")
                        : logged(report, "resnet20_cifar10", "ResNet-20 (chapter 16)", "photographsResnet"));
    report.table(table, key + "_accuracy");
    return {std::move(train), std::move(test), std::move(classifiers[0]), std::move(classifiers[1])};
}

// How many labelled images each needs.
void data_needed(Report& report, const Learned& all) {
    figure::Plot plot{.title = "Accuracy on the test images",
                      .x_label = "training images",
                      .y_label = "accuracy",
                      .log_x = true};
    Table table{{"training images", pixels.name, designed.name}};
    const std::vector<int> counts{100, 1000, 10000, all.train.size()};
    for (const int count : counts) table.push_back({grouped(count)});
    for (const Way* way : {&pixels, &designed}) {
        const Tensor y = way->features(all.test.images);
        figure::Series line{way->name, {}, {}};
        for (std::size_t i = 0; i < counts.size(); ++i) {
            double right = 0;
            if (counts[i] < all.train.size()) {
                // Fewer images, so more often; at least 600 steps.
                const Dataset some = first(all.train, counts[i]);
                LinearTraining training = way->training;
                training.batch = 50;
                training.epochs = std::max(training.epochs, 600 * training.batch / counts[i]);
                right = accuracy(train_linear(way->features(some.images), some.labels, 10, training), y,
                                 all.test.labels);
            } else {
                right = accuracy(way == &pixels ? all.pixels : all.designed, y, all.test.labels);
            }
            table[i + 1].push_back(percent(right, 1));
            line.x.push_back(counts[i]), line.y.push_back(right);
        }
        plot.series.push_back(std::move(line));
    }
    report.table(table, "features_data");
    report.plot("features_data.svg", plot,
                "What was designed need not be learned: the fewer images there are, the more that is worth.");
}

// What moving, turning and noise do to what was learned on clean images.
void robustness(Report& report, const Learned& all) {
    const Dataset some = first(all.test, 2000);
    const std::vector<std::pair<std::string, Tensor>> disturbed{
        {"none", Tensor(some.images)},
        {"moved by 1 pixel", moved(some.images, 0, 1)},
        {"moved by 2 pixels", moved(some.images, 0, 2)},
        {"moved by 4 pixels", moved(some.images, 0, 4)},
        {"turned by 5 degrees", turned(some.images, 5)},
        {"turned by 15 degrees", turned(some.images, 15)},
        {"turned by 30 degrees", turned(some.images, 30)},
        {"noise of deviation 0.05", noisy(some.images, real(0.05))},
        {"noise of deviation 0.1", noisy(some.images, real(0.1))},
        {"noise of deviation 0.2", noisy(some.images, real(0.2))},
    };
    Table table{{"disturbance", pixels.name, designed.name}};
    for (const auto& [name, images] : disturbed)
        table.push_back({name, percent(accuracy(all.pixels, pixels.features(images), some.labels), 1),
                         percent(accuracy(all.designed, designed.features(images), some.labels), 1)});
    report.table(table, "features_robustness");
}

// The picture of a feature: each cell a star of lines, as bright as its bins.
void picture(Report& report, const Dataset& garments) {
    std::vector<Tensor> pictures;
    const OrientedGradients cells{.block = 1};
    for (int n = 0; n < 6; ++n) {
        const View image = garments.images.view().images(n, 1);
        const int zoom = 5;
        Tensor large({.h = 28 * zoom, .w = 28 * zoom}), stars({.h = 28 * zoom, .w = 28 * zoom});
        for (int i = 0; i < 28 * zoom; ++i)
            for (int j = 0; j < 28 * zoom; ++j) large(0, i, j, 0) = image(0, i / zoom, j / zoom, 0);
        const Tensor bins = optimized::oriented_gradients(image, cells);
        const int side = cells.cell * zoom;
        for (int h = 0; h < bins.shape().h; ++h)
            for (int w = 0; w < bins.shape().w; ++w)
                for (int k = 0; k < cells.bins; ++k)
                    for (double at = -side / 2.0; at < side / 2.0; at += 0.5) {
                        // An edge stands across its gradient.
                        const double angle = std::numbers::pi * (k + 0.5) / cells.bins;
                        const int i = int((h + 0.5) * side + at * std::cos(angle)),
                                  j = int((w + 0.5) * side - at * std::sin(angle));
                        stars(0, i, j, 0) = std::max(stars(0, i, j, 0), bins(0, h, w, k));
                    }
        pictures.push_back(std::move(large));
        pictures.push_back(stretched(stars));
    }
    write_png(report.path("features_gradients.png"), figure::montage(pictures, 6));
    report.figure("features_gradients.png",
                  "Garments, each beside its cells: a line for each bin, across the gradients it counts.");
}

void winners(Report& report) {
    figure::Bars chart{.title = "ILSVRC: top-5 error of the winner of each year", .unit = "%"};
    Table table{{"year", "winner", "top-5 error, %", "features", "what stands behind it"}};
    for (const Winner& winner : ilsvrc_winners()) {
        std::string label = std::to_string(winner.year);
        chart.bars.push_back({label += " " + winner.team, winner.top5});
        table.push_back({std::to_string(winner.year), winner.team, decimals(winner.top5, 1),
                         winner.learned ? "learned" : "designed", winner.protocol});
    }
    figure::bars(report.path("features_winners.svg"), chart);
    report.figure("features_winners.svg", "s-02: the winners of ILSVRC. From 2012 on, features are learned.");
    report.table(table, "features_winners");
}

void garments(Report& report) {
    const Learned all = learn(report, report.garments(Part::train), report.garments(Part::test), "features");
    picture(report, all.train);
    data_needed(report, all);
    robustness(report, all);
}

// CIFAR-10, where the reader has it; what came of it here is logged.
void photographs(Report& report) {
    const TrainingLog log = read_log(data_folder() / "oriented_gradients_cifar10.json");
    report.number("photographsLogged", percent(log.epochs.back().test_accuracy, 1));
    report.number("photographsNetwork",
                  percent(read_log(data_folder() / "resnet20_cifar10.json").epochs.back().test_accuracy, 1));
    const char* folder = std::getenv("CNN_CIFAR10");
    if (folder == nullptr) return;
    const Learned all =
        learn(report, cifar10(Part::train, folder), cifar10(Part::test, folder), "photographs");
    const Tensor x = designed.features(all.train.images), y = designed.features(all.test.images);
    const Epoch last{designed.training.epochs, mean_loss(all.designed, x, all.train.labels),
                     accuracy(all.designed, x, all.train.labels), mean_loss(all.designed, y, all.test.labels),
                     accuracy(all.designed, y, all.test.labels)};
    write_log(report.path("oriented_gradients_cifar10.json"),
              {"oriented_gradients_cifar10", "epochs 6, batch 100, rate 0.2, momentum 0.9, seed 1", {last}});
}

void walk(Report& report) {
    report.say(
        "Before features were learned they were designed: somebody who knew what matters in a picture "
        "wrote it down as a formula. Here is one of the best, under the plainest of classifiers.");
    winners(report);

    Tensor images({.n = 128, .h = 28, .w = 28});
    Random random(1);
    for (real& pixel : images.flat()) pixel = real(random.uniform());
    {
        const ThreadCount one(1);
        const double naive = median_seconds([&] { naive::oriented_gradients(images, {}); }),
                     optimized = median_seconds([&] { optimized::oriented_gradients(images, {}); });
        report.timing("oriented gradients of 128 images of 28x28, one thread", naive, optimized);
        report.number("featuresSpeedup", about(naive / optimized));
    }

    if (!report.quick()) {
        report.attempt("what needs all of Fashion-MNIST", [&] { garments(report); });
        photographs(report);
    }
}

}  // namespace

Chapter chapter_01_feature_learning() {
    return {"01_feature_learning", "Feature design and feature learning", "s-01, s-02", walk};
}

}  // namespace cnn
