// The tables of chapter 01: features against features.
#include "compared.hpp"

#include <cstdlib>

#include "common/base/error.hpp"
#include "common/files/data_folder.hpp"
#include "common/training/training_log.hpp"
#include "disturbances.hpp"
#include "learned_log.hpp"
#include "linear_classifier.hpp"
#include "oriented_gradients.hpp"

namespace cnn {

namespace {

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

// What is logged of the networks of later chapters, which learn their features.
LearnedLog logged(const std::string& net) {
    for (const LearnedLog& log : read_learned(data_folder() / "learned_features.json"))
        if (log.net == net) return log;
    throw Error("learned_features.json: nothing of ", net);
}
double logged_accuracy(const std::string& net) {
    return read_log(data_folder() / (net + ".json")).epochs.back().test_accuracy;
}

std::vector<std::string> row(const std::string& net, const std::string& name) {
    const LearnedLog log = logged(net);
    return {name,
            "learned",
            grouped(log.parameters),
            grouped(log.multiply_adds),
            decimals(log.seconds, 0),
            percent(logged_accuracy(net), 1)};
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
        const auto learn_once = [&] {
            x = way->features(train.images);
            net = train_linear(x, train.labels, int(train.classes.size()), way->training);
        };
        const double seconds = median_seconds(learn_once, 0);
        const double right = accuracy(net, way->features(test.images), test.labels);
        const Shape shape = x.shape();
        table.push_back({way->name, grouped(shape.size() / shape.n), grouped(net.parameters()),
                         grouped(multiply_adds(*way, train.images.shape(), shape, int(train.classes.size()))),
                         decimals(seconds, 1), percent(right, 1)});
        report.number(key + (way == &pixels ? "Pixels" : "Designed"), percent(right, 1));
        classifiers.push_back(std::move(net));
    }
    table.push_back(row("lenet5", "LeNet-5 (chapter 06), on garments"));
    table.push_back(row("resnet20_cifar10", "ResNet-20 (chapter 16), on photographs"));
    report.table(table, key + "_accuracy");
    return {std::move(train), std::move(test), std::move(classifiers[0]), std::move(classifiers[1])};
}

// How many labelled images each needs.
void data_needed(Report& report, const Learned& all) {
    const LearnedLog lenet = logged("lenet5");
    figure::Plot plot{.title = "Accuracy on the test images",
                      .x_label = "training images",
                      .y_label = "accuracy",
                      .log_x = true};
    Table table{{"training images", pixels.name, designed.name, "LeNet-5"}};
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
    figure::Series learned{"LeNet-5", {}, {}};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double right =
            i < lenet.by_images.size() ? lenet.by_images[i].second : logged_accuracy("lenet5");
        table[i + 1].push_back(percent(right, 1));
        learned.x.push_back(counts[i]), learned.y.push_back(right);
    }
    plot.series.push_back(std::move(learned));
    report.table(table, "features_data");
    report.plot("features_data.svg", plot,
                "What was designed need not be learned: the fewer images there are, the more that is worth.");
}

// What moving, turning and noise do to what was learned on clean images.
void robustness(Report& report, const Learned& all) {
    const Dataset some = first(all.test, 2000);
    const LearnedLog lenet = logged("lenet5"), resnet = logged("resnet20_cifar10");
    Table table{{"disturbance", pixels.name, designed.name, "LeNet-5", "ResNet-20 on photographs"}};
    std::size_t i = 0;
    for (const auto& [name, images] : disturbances(some.images)) {
        table.push_back({name, percent(accuracy(all.pixels, pixels.features(images), some.labels), 1),
                         percent(accuracy(all.designed, designed.features(images), some.labels), 1),
                         percent(lenet.disturbed.at(i).second, 1),
                         percent(resnet.disturbed.at(i).second, 1)});
        ++i;
    }
    report.table(table, "features_robustness");
}

}  // namespace

void compare_on_garments(Report& report, Dataset train, Dataset test) {
    const Learned all = learn(report, std::move(train), std::move(test), "features");
    report.number("featuresLenet", percent(logged_accuracy("lenet5"), 1));
    data_needed(report, all);
    robustness(report, all);
}

void compare_on_photographs(Report& report) {
    const TrainingLog log = read_log(data_folder() / "oriented_gradients_cifar10.json");
    report.number("photographsLogged", percent(log.epochs.back().test_accuracy, 1));
    report.number("photographsNetwork", percent(logged_accuracy("resnet20_cifar10"), 1));
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

}  // namespace cnn
