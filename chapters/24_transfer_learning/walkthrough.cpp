// What `cnn tour 24` prints and draws: a network cut in two, four ways to learn, and what each costs.
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/files/data_folder.hpp"
#include "common/graph/describe.hpp"
#include "experiment.hpp"

namespace cnn {

namespace {

const std::vector<int> counts{10, 50, 250};

std::string shown(const Spread& s) { return percent(s.mean, 1) + " +- " + decimals(100 * s.deviation, 1); }

// Where the network is cut, and how much learns behind the cut.
void cuts(Report& report) {
    Graph graph;
    const Classifier net = feature_network(graph);
    figure::blocks(report.path("transfer_blocks.svg"), drawn(graph, "image", "fc", "The network"));
    report.figure("transfer_blocks.svg",
                  "Cut before fc, a linear classifier learns on frozen features; cut at pool, the last stage "
                  "learns, too.");
    Table table{{"way", "cut at", "weights that learn", "multiply-adds for an image, forward"}};
    for (const Way& way : ways()) {
        if (way.steps != ways()[0].steps) continue;
        Graph end;
        behind(net, graph[way.cut], end);
        const Description all = describe(end);
        table.push_back({way.name, way.cut, grouped(all.trainable), grouped(all.multiply_adds)});
    }
    report.table(table, "transfer_cuts");
    Graph end;
    behind(net, last_features(net), end);
    const std::int64_t whole = describe(graph).multiply_adds, linear = describe(end).multiply_adds;
    report.number("transferMultiplyAdds", grouped(whole / linear));
    report.agree("a step on stored features costs less than a twentieth of a full one, in multiply-adds",
                 whole >= 20 * linear, true);
}

// What four ways come to with few images: from the log, which `cnn train transfer --experiment` writes.
void accuracies(Report& report, const std::vector<Lesson>& log) {
    Table table{{"images a class", "10", "50", "250"}};
    figure::Plot plot{.title = "Five new classes of Fashion-MNIST",
                      .x_label = "images of each class",
                      .y_label = "accuracy, %",
                      .log_x = true};
    for (const Way& way : ways()) {
        table.push_back({way.name});
        figure::Series line{way.name, {}, {}};
        for (const int count : counts) {
            const Spread s = spread(log, way.name, count);
            table.back().push_back(shown(s));
            line.x.push_back(count), line.y.push_back(100 * s.mean);
        }
        plot.series.push_back(std::move(line));
    }
    report.table(table, "transfer_accuracy");
    report.plot("transfer_data.svg", plot, "Accuracy over the number of images: the mean of five seeds.");
    const Spread scratch = spread(log, "from scratch", 10), frozen = spread(log, "frozen features", 10);
    report.number("transferScratch", shown(scratch));
    report.number("transferFrozen", shown(frozen));
    report.number("transferSteps", std::to_string(ways()[0].steps));
    report.number("transferLonger", std::to_string(ways()[1].steps));
    report.number("transferLongerAccuracy", shown(spread(log, ways()[1].name, 10)));
    report.number("transferLead", decimals(100 * (frozen.mean - scratch.mean), 1));
    report.agree(
        "with 10 images a class frozen features lead by 10 points or more over as many steps from scratch",
        frozen.mean >= scratch.mean + 0.1, true);
}

// The same over time: the first seed, 10 images a class.
void over_time(Report& report, const std::vector<Lesson>& log) {
    figure::Plot plot{.title = "Ten images of each class",
                      .x_label = "seconds of training, with those for the features",
                      .y_label = "accuracy, %",
                      .log_x = true};
    for (const Lesson& lesson : log)
        if (lesson.images == 10 && lesson.seed == 1) {
            figure::Series line{lesson.way, {}, {}};
            for (std::size_t k = 0; k < lesson.seconds.size(); ++k)  // in the log to a tenth of a millisecond
                if (lesson.seconds[k] > 0)
                    line.x.push_back(lesson.seconds[k]), line.y.push_back(100 * lesson.accuracies[k]);
            plot.series.push_back(std::move(line));
        }
    report.plot("transfer_time.svg", plot,
                "Accuracy over time. What is pretrained is there before training from scratch has got under "
                "way; stored features, once computed, take next to no time.");
}

// Photographs that a network never saw the like of, from SqueezeNet's features.
void photographs_learned(Report& report) {
    const std::vector<Lesson> log = read_lessons(data_folder() / "transfer_photographs.json");
    const Spread scratch = spread(log, "from scratch, longer", 10),
                 frozen = spread(log, "frozen features", 10);
    report.table({{"CIFAR-10, 10 photographs a class", "accuracy"},
                  {"the network above for colour, from scratch, longer", shown(scratch)},
                  {"SqueezeNet's features and a linear layer", shown(frozen)}},
                 "transfer_photographs");
    report.agree("SqueezeNet's features lead by 10 points or more", frozen.mean >= scratch.mean + 0.1, true);
}

// What an epoch costs here: of all layers, of the end behind the backbone, and of the end on stored features.
void epochs(Report& report) {
    Graph graph, end;
    const Classifier net = feature_network(graph);
    const Weights weights = initialise(graph, 1);
    const Node cut = last_features(net);
    const Classifier head = behind(net, cut, end);
    Examples garments = examples(shown_garments());
    Tensor many({.n = 1024, .h = 28, .w = 28}), labels({.n = 1024});
    for (int n = 0; n < 1024; ++n) {
        copy(garments.images.view().images(n % 64, 1), many.view().images(n, 1));
        labels(n, 0, 0, 0) = real(n % 5);
    }
    const Examples all{std::move(many), std::move(labels)};
    const Examples one{Tensor(all.images.view().images(0, 1)), Tensor(all.labels.view().images(0, 1))};
    const TrainingOptions options{.epochs = 1, .batch = 64};

    const double full = median_seconds([&] { train(graph, net, all, one, options, {}, {}, weights); }, 0.5);
    const double naive = median_seconds([&] { naive::retrain(net, cut, weights, all, one, options); }, 0.5);
    const Examples seen{features(net, cut, weights, all.images), all.labels},
        one_seen{features(net, cut, weights, one.images), one.labels};
    Weights start;
    for (const Parameter& p : end.parameters()) start.set(p.name, weights[p.name]);
    const double stored = median_seconds([&] { train(end, head, seen, one_seen, options, {}, {}, start); });
    report.table({{"an epoch of 1,024 images", "milliseconds"},
                  {"all layers", decimals(1000 * full, 1)},
                  {"the end, behind the backbone", decimals(1000 * naive, 1)},
                  {"the end, on stored features", decimals(1000 * stored, 1)}},
                 "transfer_epochs");
    report.timing("an epoch of the end, features stored", naive, stored);
    report.number("transferEpoch", about(full / stored));
    report.number("transferBackbone", about(naive / stored));
}

void walk(Report& report) {
    report.say(
        "Features that were learned on much data serve other classes, too. A network that knows five "
        "garments "
        "learns the other five from ten images each.");
    cuts(report);
    const std::vector<Lesson> log = read_lessons(data_folder() / "transfer_garments.json");
    accuracies(report, log);
    over_time(report, log);
    photographs_learned(report);
    epochs(report);
}

}  // namespace

Chapter chapter_24_transfer_learning() { return {"24_transfer_learning", "Transfer learning", "s-22", walk}; }

}  // namespace cnn
