// What `cnn tour 06` prints and draws: LeNet-5 counted, read, looked into, and raced.
#include "lenet.hpp"

#include <algorithm>
#include <numeric>

#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/graph/describe.hpp"
#include "common/graph/differentiate.hpp"

namespace cnn {

namespace {

// Every layer with weights: what it makes, how many of them learn, how often one is multiplied.
std::vector<std::vector<std::string>> layers(const Graph& graph) {
    std::vector<std::vector<std::string>> rows{{"layer", "output", "trainable parameters", "multiply-adds"}};
    const Description all = describe(graph);
    for (const LayerDescription& layer : all.layers)
        if (layer.parameters > 0)
            rows.push_back({layer.name, size_of(layer.output), std::to_string(layer.trainable),
                            std::to_string(layer.multiply_adds)});
    rows.push_back({"all", "", std::to_string(all.trainable), std::to_string(all.multiply_adds)});
    return rows;
}

void count(Report& report) {
    Graph today, then;
    lenet5(today);
    lenet5_1998(then);
    report.say(
        "s-10: convolutional stages, then dense layers, then softmax. This is LeNet-5 as it is written "
        "today.");
    report.table(layers(today), "lenet_today");
    report.check("parameters of the dense LeNet-5", describe(today).parameters, std::int64_t{61'706});
    report.check("its multiply-adds", describe(today).multiply_adds, std::int64_t{416'520});

    report.say("s-04: and this is LeNet-5 as LeCun, Bottou, Bengio and Haffner published it in 1998.");
    report.table(layers(then), "lenet_1998");
    const Description all = describe(then);
    report.check("trainable parameters of 1998", all.trainable, std::int64_t{60'000});
    report.check("layers with weights: seven, where the slide counts five (H4)",
                 std::ranges::count_if(all.layers, [](const auto& l) { return l.parameters > 0; }),
                 std::ptrdiff_t{7});
}

// The network as s-04 and s-10 draw such networks: stages, then dense layers.
void whole(Report& report) {
    Graph graph;
    lenet5(graph);
    figure::blocks(report.path("lenet_blocks.svg"), drawn(graph, "image", "fc3", "LeNet-5 today"));
    report.figure("lenet_blocks.svg",
                  "Two stages of convolution and pooling, then three dense layers. Tinted boxes learn.");
}

// The drawings that the network of 1998 compares with, white on black.
void drawings(Report& report) {
    const Tensor codes = garment_codes();
    std::vector<Tensor> pictures;
    for (int k = 0; k < codes.shape().c; ++k) {
        Tensor picture({.h = 14, .w = 9});
        for (int p = 0; p < 84; ++p) picture(0, 1 + p / 7, 1 + p % 7, 0) = codes(0, 0, p, k) > 0 ? 1 : 0;
        pictures.push_back(std::move(picture));
    }
    write_png(report.path("lenet_drawings.png"), figure::montage(pictures, 10, 6));
    report.figure("lenet_drawings.png",
                  "The output layer of 1998 measures the distance to a drawing of each class. The paper drew "
                  "characters; these are garments, 7 by 12 pixels each.");
}

struct Trained {
    Graph graph;
    Classifier net = lenet5(graph);
    Weights weights = load_weights(data_folder() / "lenet5.safetensors", graph);
};

// The first garments of the test set, each with what the network takes it for.
void predictions(Report& report, const Trained& lenet, const Dataset& test) {
    const int shown = 12;
    const Tensor p = run(lenet.graph, lenet.weights, {{lenet.net.image, test.images.view().images(0, shown)}},
                         {lenet.graph["probabilities"]})[lenet.graph["probabilities"]];
    std::vector<std::vector<std::string>> rows{{"garment", "is", "is taken for", "probability"}};
    std::vector<Tensor> pictures;
    for (int n = 0; n < shown; ++n) {
        const real* all = p.view().pixel(n, 0, 0);
        const auto best = std::size_t(std::max_element(all, all + p.shape().c) - all);
        rows.push_back({std::to_string(n + 1), test.classes[std::size_t(test.labels[std::size_t(n)])],
                        test.classes[best], percent(double(all[best]), 2)});
        pictures.emplace_back(test.images.view().images(n, 1));
    }
    write_png(report.path("lenet_garments.png"), figure::montage(pictures, shown, 3));
    report.figure("lenet_garments.png", "The first garments of the test set.");
    report.table(rows, "lenet_predictions");
}

// What is taken for what, and which classes are the hardest and the easiest.
void mistakes(Report& report, const std::vector<std::vector<int>>& counts,
              const std::vector<std::string>& classes) {
    figure::confusion(report.path("lenet_confusion.svg"), counts, classes);
    std::vector<int> wrong(counts.size());
    for (std::size_t k = 0; k < counts.size(); ++k)
        wrong[k] = std::accumulate(counts[k].begin(), counts[k].end(), -counts[k][k]);
    const auto at = [](const std::vector<int>& list, auto place) {
        return std::size_t(place - list.begin());
    };
    const std::size_t hardest = at(wrong, std::ranges::max_element(wrong)),
                      easiest = at(wrong, std::ranges::min_element(wrong));
    std::vector<int> others = counts[hardest];
    others[hardest] = 0;
    const std::string& taken_for = classes[at(others, std::ranges::max_element(others))];
    report.figure("lenet_confusion.svg", "What is taken for what. Hardest is the class \"" +
                                             classes[hardest] + "\", most often taken for \"" + taken_for +
                                             "\".");
    report.number("lenetHardest", classes[hardest]);
    report.number("lenetHardestWrong", std::to_string(wrong[hardest]));
    report.number("lenetConfusedWith", taken_for);
    report.number("lenetEasiest", classes[easiest]);
    report.number("lenetEasiestWrong", std::to_string(wrong[easiest]));
}

// Accuracy on all 10,000.
void accuracy(Report& report, const Trained& lenet, const Dataset& test) {
    const std::vector<int> classes = classify(lenet.graph, lenet.net, lenet.weights, test.images);
    const auto counts = confusion_matrix(test.labels, classes, int(test.classes.size()));
    int right = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) right += counts[k][k];
    const TrainingLog log = read_log(data_folder() / "lenet5.json");
    const TrainingLog old = read_log(data_folder() / "lenet5_1998.json");
    const double accuracy = double(right) / test.size();
    report.agree("accuracy on the 10,000 test images, as the log of the training has it",
                 percent(accuracy, 2), percent(log.epochs.back().test_accuracy, 2));
    report.number("lenetAccuracy", percent(accuracy, 2));
    report.number("lenetEpochs", std::to_string(log.epochs.size()));
    report.number("lenet1998Accuracy", percent(old.epochs.back().test_accuracy, 2));
    report.number("lenet1998Epochs", std::to_string(old.epochs.size()));
    report.table({{"network", "training", "accuracy on the test set"},
                  {"LeNet-5 of today", log.settings, percent(accuracy, 2)},
                  {"LeNet-5 of 1998", old.settings, percent(old.epochs.back().test_accuracy, 2)}},
                 "lenet_accuracy");

    mistakes(report, counts, test.classes);

    figure::Plot curve{.title = "LeNet-5 on Fashion-MNIST", .x_label = "epoch", .y_label = "accuracy"};
    const auto line = [&](const std::string& title, const TrainingLog& of, double Epoch::*value) {
        figure::Series series{title, {}, {}};
        for (const Epoch& epoch : of.epochs) {
            series.x.push_back(epoch.number);
            series.y.push_back(epoch.*value);
        }
        curve.series.push_back(series);
    };
    line("today, training", log, &Epoch::accuracy);
    line("today, test", log, &Epoch::test_accuracy);
    line("1998, training", old, &Epoch::accuracy);
    line("1998, test", old, &Epoch::test_accuracy);
    report.plot("lenet_training.svg", curve, "Accuracy, epoch by epoch, from the logs beside the weights.");
}

// What the trained network is made of, and what it makes of a garment.
void insides(Report& report, const Trained& lenet, const Dataset& test) {
    const Tensor& w = lenet.weights["conv1.weight"];
    std::vector<Tensor> filters;
    for (int f = 0; f < w.shape().c; ++f) {
        Tensor filter({.h = 5, .w = 5});
        for (int p = 0; p < 25; ++p) filter(0, p / 5, p % 5, 0) = w(p / 5, p % 5, 0, f);
        filters.push_back(figure::diverging(filter));
    }
    write_png(report.path("lenet_filters.png"), figure::montage(filters, 6, 12));
    report.figure("lenet_filters.png",
                  "The six learned filters of the first layer: red counts for, blue against.");

    for (const char* name : {"relu1", "relu2"}) {
        const Node node = lenet.graph[name];
        const Activations maps =
            run(lenet.graph, lenet.weights, {{lenet.net.image, test.images.view().images(0, 1)}}, {node});
        const std::string file = "lenet_" + std::string(name) + ".png";
        write_png(report.path(file),
                  figure::montage(figure::channels(maps[node]), 8, name[4] == '1' ? 3 : 6));
        report.figure(file, "What " + std::string(name) + " makes of the first garment of the test set (" +
                                test.classes[std::size_t(test.labels[0])] + ").");
    }
}

// One step of training, naive against optimized.
void speed(Report& report, const Trained& lenet) {
    const int batch = 8;
    Random random(1);
    Tensor x({.n = batch, .h = 28, .w = 28}), y({.n = batch}), one(Shape{});
    for (real& pixel : x.flat()) pixel = real(random.uniform());
    fill(one, 1);
    const auto step = [&](Kernels kernels) {
        const Mode mode{kernels, true};
        const Feeds feeds{{lenet.net.image, x}, {lenet.net.labels, y}};
        const Activations maps = run(lenet.graph, lenet.weights, feeds, all_nodes(lenet.graph), mode);
        differentiate(lenet.graph, lenet.weights, maps, {{lenet.net.loss, one}}, {{}, trainable(lenet.graph)},
                      mode);
    };
    const double naive = median_seconds([&] { step(Kernels::naive); });
    const double optimized = median_seconds([&] { step(Kernels::optimized); });
    report.timing("forward and backward, 8 images", naive, optimized);
    report.number("lenetSpeedup", about(naive / optimized));
}

void walk(Report& report) {
    count(report);
    whole(report);
    drawings(report);
    const Trained lenet;
    const Dataset shown = shown_garments();
    predictions(report, lenet, shown);
    report.attempt("the accuracy on all 10,000 test garments",
                   [&] { accuracy(report, lenet, report.garments(Part::test)); });
    insides(report, lenet, shown);
    speed(report, lenet);
}

std::vector<Network> lenets() {
    const Network today{
        .name = "lenet5",
        .about = "the dense LeNet-5 of today",
        .sizes = {28, 10},
        .data = DataSet::fashion_mnist,
        .builder = [](Graph& graph, const Sizes& sizes) { return lenet5(graph, sizes.input, sizes.classes); },
        .preprocessing = {.bright_on_dark = true},
        .training = lenet5_training()};
    Network published = today;
    published.name = "lenet5_1998";
    published.about = "LeNet-5 as published";
    published.builder = [](Graph& graph, const Sizes& /*its own*/) { return lenet5_1998(graph); };
    published.training = lenet5_1998_training();
    published.fixed = published.fixed_classes = true;
    return {today, published};
}

}  // namespace

Chapter chapter_06_lenet() { return {"06_lenet", "LeNet-5", "s-04, s-10", walk, lenets()}; }

}  // namespace cnn
