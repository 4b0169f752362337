// What `cnn tour 24` prints and draws: a network cut in two, four ways to learn, and what each costs.
#include <chrono>

#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/graph/describe.hpp"
#include "experiment.hpp"

namespace cnn {

namespace {

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

double seconds_of(const std::function<void()>& body) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
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

    const double full = seconds_of([&] { train(graph, net, all, one, options, {}, {}, weights); });
    const double naive = seconds_of([&] { naive::retrain(net, cut, weights, all, one, options); });
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
    epochs(report);
}

}  // namespace

Chapter chapter_24_transfer_learning() { return {"24_transfer_learning", "Transfer learning", "s-22", walk}; }

}  // namespace cnn
