// What `cnn tour 08` prints and draws.
#include "common/base/missing.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/panels.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "lenet.hpp"
#include "oriented_wave.hpp"
#include "patches.hpp"

namespace cnn {

namespace {

struct Trained {
    Graph graph;
    Classifier net = lenet5(graph);
    Weights weights = load_weights(data_folder() / "lenet5.safetensors", graph);
};

// All test garments, or those that ship.
Dataset garments(const Report& report) {
    try {
        return report.garments(Part::test);
    } catch (const Missing&) {
        return shown_garments();
    }
}

// The first layer's filters, each over the wave that explains most of it.
void waves(Report& report, const Trained& lenet) {
    const Tensor& filters = lenet.weights["conv1.weight"];
    Tensor fits(filters.shape());
    const int count = filters.shape().c, shuffles = 50;
    double learned = 0, mixed = 0;
    Random random(1);
    for (int f = 0; f < count; ++f) {
        const Tensor filter = one_filter(filters, f);
        const Wave wave = best_wave(filter);
        learned += wave.share / count;
        for (int s = 0; s < shuffles; ++s)
            mixed += best_wave(shuffled(filter, random)).share / (count * shuffles);
        for (int i = 0; i < filters.shape().n; ++i)
            for (int j = 0; j < filters.shape().h; ++j) fits(i, j, 0, f) = wave.picture(0, i, j, 0);
    }
    std::vector<Tensor> pictures = filter_pictures(filters);
    for (Tensor& picture : filter_pictures(fits)) pictures.push_back(std::move(picture));
    write_png(report.path("learned_waves.png"), figure::montage(pictures, count, 20));
    report.figure("learned_waves.png",
                  "Above, LeNet-5's first filters: red counts for, blue against. Below each, the oriented "
                  "wave that explains "
                  "most of it.");
    report.agree("an oriented wave explains more of learned filters than of the same weights in random order",
                 learned > mixed, true);
    report.number("learnedWaves", percent(learned, 0));
    report.number("learnedWavesShuffled", percent(mixed, 0));
}

constexpr const char* layers[] = {"relu1", "relu2", "relu3", "relu4", "fc3"};
constexpr const char* what[] = {"first convolution", "second convolution", "first dense layer",
                                "second dense layer", "classes"};

Strongest best(const Trained& lenet, const Weights& weights, const Node& node, View images) {
    return optimized::strongest(maps_of(weights, lenet.net.image, node, images), 9);
}

// What each layer's units see, want, and agree on.
void depths(Report& report, const Trained& lenet, const Dataset& shown) {
    const auto garment = [&](int n) { return Tensor(shown.images.view().images(n, 1)); };
    const Weights untrained = initialise(lenet.graph, 1);
    Table table = {{"layer", "its units see", "agreement", "without training"}};
    std::vector<figure::Panel> panels;
    figure::Plot plot{.title = "LeNet-5: do a unit's nine best pictures show one class?",
                      .x_label = "layer with weights",
                      .y_label = "share of the most frequent class",
                      .series = {{"trained", {}, {}}, {"untrained", {}, {}}}};
    for (std::size_t l = 0; l < std::size(layers); ++l) {
        const Node node = lenet.graph[layers[l]];
        const Strongest found = best(lenet, lenet.weights, node, shown.images);
        const double agree = purity(found, shown.labels),
                     before = purity(best(lenet, untrained, node, shown.images), shown.labels);
        table.push_back({what[l], sight(node), percent(agree, 0), percent(before, 0)});
        for (auto& series : plot.series) series.x.push_back(double(l + 1));
        plot.series[0].y.push_back(agree), plot.series[1].y.push_back(before);
        if (l != 3)
            panels.push_back({patch_rows(found, node, garment, 5, 56), what[l], "sees " + sight(node)});
    }
    write_png(report.path("learned_patches.png"), figure::sheet(panels, 2));
    report.figure("learned_patches.png",
                  "The garments that excite some units of LeNet-5 most, a row for each unit, cut to what the "
                  "unit sees. Deeper "
                  "units see more and want things, not edges.");
    report.table(table, "learned_depths");
    report.plot("learned_depths.svg", plot,
                "Units at growing depth: training makes them agree on a class, depth alone does not.");
    report.agree(
        "the nine best garments of a class's unit agree more than those of a unit of the first layer",
        plot.series[0].y.back() > plot.series[0].y.front(), true);
    report.number("learnedPictures", grouped(shown.size()));
    report.number("learnedFirst", percent(plot.series[0].y.front(), 0));
    report.number("learnedLast", percent(plot.series[0].y.back(), 0));
}

// Sorting everything beside one pass: time, and what each must hold.
void speed(Report& report, const Trained& lenet, const Dataset& shown) {
    const Dataset some = first(shown, std::min(shown.size(), 1000));
    const Node node = lenet.graph["relu2"];
    const Tensor all = run(lenet.graph, lenet.weights, {{lenet.net.image, some.images}}, {node})[node];
    const Maps maps = stored(all);
    const double sorted = median_seconds([&] { naive::strongest(maps, 9); }),
                 passed = median_seconds([&] { optimized::strongest(maps, 9); });
    report.timing("the nine best of " + grouped(some.size()) + " garments for each of 16 channels", sorted,
                  passed);
    report.number("learnedSpeedup", about(sorted / passed));
    const Strongest slow = naive::strongest(maps, 9), fast = optimized::strongest(maps, 9);
    report.agree("one pass finds what sorting finds", slow.channels == fast.channels, true);
    report.number("learnedCompared", grouped(some.size()));
    report.number("learnedNaiveKilobytes", grouped(slow.bytes / 1000));
    report.number("learnedOptimizedKilobytes", grouped(fast.bytes / 1000));
}

void walk(Report& report) {
    report.say(
        "s-12: what did the network learn? The first layer's filters can be looked at. Deeper ones see maps, "
        "not pictures; so "
        "ask which pictures excite a unit most, and cut out what it sees of them.");
    const Trained lenet;
    const Dataset shown = garments(report);
    waves(report, lenet);
    depths(report, lenet, shown);
    speed(report, lenet, shown);
}

}  // namespace

Chapter chapter_08_learned_filters() { return {"08_learned_filters", "Learned filters", "s-12", walk}; }

}  // namespace cnn
