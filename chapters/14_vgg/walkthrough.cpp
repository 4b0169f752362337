// What `cnn tour 14` prints and draws, and the networks of the chapter.
#include <algorithm>
#include <cmath>
#include <iomanip>

#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "common/graph/describe.hpp"
#include "common/graph/run.hpp"
#include "common/machine/parallel.hpp"
#include "common/machine/peak.hpp"
#include "common/report/ladder.hpp"
#include "common/training/training_log.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"
#include "patches.hpp"
#include "receptive_field.hpp"
#include "vgg.hpp"
#include "winograd.hpp"

namespace cnn {

namespace {

// The first two stages as the slide draws them.
void stages(Report& report) {
    Graph graph;
    vgg(graph, vgg_d());
    figure::blocks(report.path("vgg_stages.svg"), drawn(graph, "image", "features.9", "VGG-16 begins"));
    report.figure("vgg_stages.svg",
                  "Two stages of VGG-16: 3x3 convolutions at one resolution, then a pooling that halves it.");
}

std::string millions(std::int64_t count) {
    return decimals(double(count) / 1e6, count < 100'000'000 ? 1 : 0);
}

// What each stage of VGG-16 holds and costs: maps shrink, channels grow.
void cost(Report& report) {
    Graph graph;
    vgg(graph, vgg_d());
    struct Part {
        std::string name, output;
        std::int64_t parameters = 0, multiply_adds = 0;
    };
    std::vector<Part> parts(1);
    const Description all = describe(graph);
    for (const LayerDescription& layer : all.layers) {
        Part& part = parts.back();
        part.name = parts.size() > vgg_d().size() ? "dense layers" : "stage " + std::to_string(parts.size());
        part.parameters += layer.parameters;
        part.multiply_adds += layer.multiply_adds;
        part.output = size_of(layer.output);
        if (layer.kind == "max_pool2d") parts.emplace_back();
    }

    Table table{{"part of VGG-16", "gives", "parameters, millions", "multiply-adds, millions"}};
    figure::Bars chart{.title = "Multiply-adds of VGG-16", .unit = "millions"};
    for (const Part& part : parts) {
        table.push_back({part.name, part.output, millions(part.parameters), millions(part.multiply_adds)});
        chart.bars.push_back({part.name, double(part.multiply_adds) / 1e6});
    }
    table.push_back({"all", "", millions(all.parameters), millions(all.multiply_adds)});
    report.table(table, "vgg_cost");
    figure::bars(report.path("vgg_cost.svg"), chart);
    report.figure(
        "vgg_cost.svg",
        "Multiply-adds of each stage of VGG-16. The dense layers hold most of the parameters and cost "
        "almost nothing.");

    report.check("parameters of VGG-16, millions, as s-17 prints them", all.parameters / 1'000'000,
                 std::int64_t{138});
    report.check("its layers with weights: 13 convolutions and 3 dense (H7)",
                 std::ranges::count_if(all.layers, [](const auto& l) { return l.parameters > 0; }),
                 std::ptrdiff_t{16});
    const auto dense = parts.back();
    report.number("vggDenseParameters", std::to_string(100 * dense.parameters / all.parameters));
    report.number("vggDenseWork", std::to_string(100 * dense.multiply_adds / all.multiply_adds));
}

// Three 3x3 layers beside one 7x7 layer, 64 channels each.
void three_for_one(Report& report) {
    const int C = 64;
    Graph three, one;
    Node x = three.input({.h = 16, .w = 16, .c = C});
    for (int i = 0; i < 3; ++i) x = conv(x, {.filters = C, .padding = 1, .bias = false});
    const Node y =
        conv(one.input({.h = 16, .w = 16, .c = C}), {.filters = C, .kernel = 7, .padding = 3, .bias = false});
    report.check("pixels that three 3x3 layers see, and one 7x7 layer", receptive_field(three, x).h.size,
                 receptive_field(one, y).h.size);
    report.check("their weights, three for one, in C^2 (A1)", describe(three).parameters / (C * C),
                 std::int64_t{27});
    report.check("and the 7x7 layer's", describe(one).parameters / (C * C), std::int64_t{49});
}

// s-18's feature maps: what each stage of the small VGG makes of a garment.
void feature_maps(Report& report) {
    Graph graph;
    const Classifier net = vgg_small(graph);
    const Weights weights = load_weights(data_folder() / "vgg_small.safetensors", graph);
    const TrainingLog log = read_log(data_folder() / "vgg_small.json");
    report.number("vggSmallAccuracy", percent(log.epochs.back().test_accuracy, 2));
    report.number("vggSmallEpochs", std::to_string(log.epochs.size()));
    report.number("vggSmallParameters", std::to_string(describe(graph).parameters));

    const Dataset garments = shown_garments();
    const Tensor boot(garments.images.view().images(0, 1));
    std::vector<Node> ends;
    for (const char* name : {"features.3", "features.8", "features.13"}) ends.push_back(graph[name]);
    const Activations maps = run(graph, weights, {{net.image, boot}}, ends);
    std::vector<Tensor> pictures;
    for (const Node& end : ends) {
        // The eight maps with most in them, enlarged to one size.
        std::vector<Tensor> all = figure::channels(maps[end]);
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t c = 0; c < all.size(); ++c) {
            double sum = 0;
            for (int i = 0; i < end.shape().h; ++i)
                for (int j = 0; j < end.shape().w; ++j) sum += double(maps[end](0, i, j, int(c)));
            order.emplace_back(-sum, c);
        }
        std::ranges::sort(order);
        pictures.push_back(figure::montage({boot}, 1, 3));
        for (std::size_t k = 0; k < 8; ++k)
            pictures.push_back(figure::montage({all[order[k].second]}, 1, 84 / end.shape().h));
    }
    const std::string caption =
        "An ankle boot and its eight strongest maps at the end of the first, second and third stage of the "
        "small VGG: the further down, the coarser.";
    write_png(report.path("vgg_maps.png"), figure::montage(pictures, 9), caption);
    report.figure("vgg_maps.png", caption);

    // The garments that excite some channels of each stage, cut to what a unit sees (chapter 08).
    std::vector<figure::Panel> panels;
    const auto garment = [&](int n) { return Tensor(garments.images.view().images(n, 1)); };
    for (const Node& end : ends) {
        const Strongest found = optimized::strongest(maps_of(weights, net.image, end, garments.images), 7);
        panels.push_back({patch_rows(found, end, garment, 5, 42), end.name(), "sees " + sight(end)});
    }
    write_png(report.path("vgg_patches.png"), figure::sheet(panels, 3));
    report.figure("vgg_patches.png",
                  "What excites five channels at the end of each stage most, of 64 garments: strokes, then "
                  "parts, then garments.");
}

// How far Winograd's sums are from the exact ones, beside the bound that is proved.
void error(Report& report, const Tensor& x, const Tensor& w) {
    const Tensor fast = optimized::winograd_conv2d(x, w, 1),
                 direct = engine::conv2d(x, w, {}, {.padding = 1});
    const Tensor bound = winograd_error_bound(x, w, 1);
    double apart = 0, share = 0;
    for (std::size_t i = 0; i < fast.flat().size(); ++i) {
        const double here = std::abs(double(fast.flat()[i]) - double(direct.flat()[i]));
        apart = std::max(apart, here);
        share = std::max(share, here / double(bound.flat()[i]));
    }
    std::ostringstream text;
    text << std::scientific << std::setprecision(0) << apart;
    report.number("winogradApart", text.str());
    report.agree("Winograd's sums stand within the bound of their rounding", share < 1, true);
}

void winograd(Report& report) {
    Random random(18);
    Tensor x({.h = 56, .w = 56, .c = 64}), w({3, 3, 64, 64}), y(x.shape());
    for (Tensor* t : {&x, &w})
        for (real& value : t->flat()) value = real(random.normal());
    error(report, x, w);

    const Convolution layer{.padding = 1};
    const Prepared direct = engine::prepared_conv2d(w, {}, layer, x.shape()),
                   fast = optimized::prepared_winograd_conv2d(w, 1, {}, x.shape());
    Ladder ladder{
        .title = "3x3 convolution of a 56x56x64 map, one thread",
        .unit = "GFLOP/s",
        .amount = 2 * double(y.shape().size()) * 9 * 64,
        .steps = {{"seven loops", "chapter 04's formula", [&] { naive::conv2d(x, w, {}, layer); }},
                  {"direct", "chapter 04's engine: every product, held in registers", [&] { direct(x, y); }},
                  {"Winograd", "36 products for a tile of 16 outputs instead of 144", [&] { fast(x, y); }}}};
    const int all = threads();
    set_threads(1);
    ladder.limits.push_back({"ceiling, one thread", peak_flops(1)});
    set_threads(all);
    const std::vector<double> seconds =
        climb(report, "vgg_winograd",
              "GFLOP/s, counting the products of the plain sum: Winograd's algorithm passes the ceiling "
              "because it does not make most of them.",
              ladder);
    report.number("winogradSpeedup", decimals(seconds[1] / seconds[2], 1));
}

void walk(Report& report) {
    report.say(
        "VGG is nothing but 3x3 convolutions, ReLU and pooling, and three dense layers at the end. Its depth "
        "was the point: 11 to 19 layers with weights where AlexNet had 8.");
    stages(report);
    cost(report);
    three_for_one(report);
    winograd(report);
    feature_maps(report);
}

Network vgg_network(const std::string& name, const std::string& about, VggStages (*stages)()) {
    return imagenet_network(name, about, 224, [stages](Graph& graph, const Sizes& sizes) {
        return vgg(graph, stages(), {.input = sizes.input, .classes = sizes.classes});
    });
}

std::vector<Network> vggs() {
    return {vgg_network("vgg11", "VGG of 8 convolutions and 3 dense layers (column A)", vgg_a),
            vgg_network("vgg13", "VGG of 10 convolutions and 3 dense layers (column B)", vgg_b),
            vgg_network("vgg16_c", "VGG of 13 convolutions, three of them 1x1 (column C)", vgg_c),
            vgg_network("vgg16", "VGG of 13 convolutions and 3 dense layers (column D)", vgg_d),
            vgg_network("vgg19", "VGG of 16 convolutions and 3 dense layers (column E)", vgg_e),
            {.name = "vgg_small",
             .about = "six 3x3 layers in three stages, for Fashion-MNIST",
             .sizes = {28, 10},
             .data = DataSet::fashion_mnist,
             .builder = [](Graph& graph, const Sizes& sizes) { return vgg_small(graph, sizes.classes); },
             .preprocessing = {.bright_on_dark = true},
             .training = vgg_small_training(),
             .fixed = true}};
}

}  // namespace

Chapter chapter_14_vgg() { return {"14_vgg", "VGG", "s-18", walk, vggs()}; }

}  // namespace cnn
