// What `cnn tour 07` prints and draws.
#include <algorithm>
#include <array>
#include <cmath>

#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "convolution.hpp"
#include "effective.hpp"
#include "localise.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

struct Layer {
    int kernel, stride, padding;
};
constexpr Layer conv3{3, 1, 1}, halve{2, 2, 0}, halve3{3, 2, 0};

/// A chain known by its windows only, and the nodes of its layers.
std::vector<Node> chain(Graph& net, int size, const std::vector<Layer>& layers) {
    std::vector<Node> nodes{net.input({.h = size, .w = size})};
    for (const auto& [kernel, stride, padding] : layers)
        nodes.push_back(window_mean(nodes.back(), {.kernel = kernel, .stride = stride, .padding = padding}));
    nodes.erase(nodes.begin());
    return nodes;
}

const std::vector<Layer> lenet_layers{{5, 1, 0}, halve, {5, 1, 0}, halve, {5, 1, 0}};
const std::vector<Layer> alexnet_layers{{11, 4, 0}, halve3, {5, 1, 2}, halve3, conv3, conv3, conv3, halve3};
const std::vector<Layer> vgg_layers{conv3, conv3, halve, conv3, conv3, halve, conv3, conv3, conv3,
                                    halve, conv3, conv3, conv3, halve, conv3, conv3, conv3, halve};

std::string sizes(int image, const std::vector<Layer>& layers) {
    Graph net;
    std::string text;
    for (const Node& node : chain(net, image, layers)) {
        const ReceptiveField f = receptive_field(net, node);
        text +=
            (text.empty() ? "" : ", ") + std::to_string(int(f.h.size)) + "/" + std::to_string(int(f.h.jump));
    }
    return text;
}

/// LeNet-5's feature extractor with real layers.
Node lenet_features(Graph& net) {
    Node x = net.input({.h = 32, .w = 32});
    x = max_pool(relu(conv(x, {.filters = 6, .kernel = 5})), {});
    return max_pool(relu(conv(x, {.filters = 16, .kernel = 5})), {});
}

/// Ten layers of 3x3 on a map a little wider than their field.
Node ten_layers(Graph& net, bool with_relu) {
    Node x = net.input({.h = 29, .w = 29});
    for (int l = 0; l < 10; ++l) {
        x = conv(x, {.filters = with_relu ? 8 : 1, .padding = 1, .bias = false});
        if (with_relu) x = relu(x);
    }
    return x;
}

/// The outline of a region on a picture, two pixels wide.
void outline(MutableView picture, const Region& field, std::array<real, 3> colour) {
    const Region r = clipped(field, picture.shape);
    for (int i = r.rows.begin; i < r.rows.end; ++i)
        for (int j = r.columns.begin; j < r.columns.end; ++j) {
            const bool edge = i < r.rows.begin + 2 || i >= r.rows.end - 2 || j < r.columns.begin + 2 ||
                              j >= r.columns.end - 2;
            for (int c = 0; edge && c < 3; ++c) picture(0, i, j, c) = colour[std::size_t(c)];
        }
}

void draw_growth(Report& report) {
    const auto series = [](const std::string& title, int image, const std::vector<Layer>& layers) {
        figure::Series s{title, {}, {}};
        Graph net;
        for (const Node& node : chain(net, image, layers)) {
            s.x.push_back(double(s.x.size() + 1));
            s.y.push_back(receptive_field(net, node).h.size);
        }
        return s;
    };
    report.plot("receptive_growth.svg",
                {.title = "How far a unit sees",
                 .x_label = "layer",
                 .y_label = "receptive field in pixels",
                 .series = {series("LeNet-5", 32, lenet_layers), series("AlexNet", 227, alexnet_layers),
                            series("VGG-16", 224, vgg_layers)}},
                "The receptive field behind each layer. Every pooling makes the rest of the line steeper.");
}

void draw_photograph(Report& report) {
    // The middle unit behind each of VGG-16's five poolings.
    Tensor photograph = center_crop(resize(read_image(data_folder() / "chelsea.png"), {256, 385}), 224);
    Graph net;
    const std::vector<Node> nodes = chain(net, 224, vgg_layers);
    const std::array<real, 3> colours[] = {{1, 1, 1},
                                           {1, real(0.9), 0},
                                           {1, real(0.55), 0},
                                           {real(0.95), real(0.2), real(0.2)},
                                           {real(0.6), 0, real(0.8)}};
    const int poolings[] = {2, 5, 9, 13, 17};
    for (std::size_t p = 0; p < 5; ++p) {
        const Node& node = nodes[std::size_t(poolings[p])];
        const int middle = node.shape().h / 2;
        outline(photograph, receptive_field(net, node).of(middle, middle), colours[p]);
    }
    write_png(report.path("receptive_photograph.png"), figure::montage({photograph}, 1, 2));
    report.figure(
        "receptive_photograph.png",
        "What the middle unit behind each of VGG-16's five poolings sees: 6, 16, 44, 100 and 212 pixels.");
}

void draw_effective(Report& report) {
    // Theoretical, uniform weights, random weights averaged over many networks with ReLU.
    Graph uniform;
    const Node y = ten_layers(uniform, false);
    const ReceptiveField field = receptive_field(uniform, y);
    Tensor theory(uniform.node(0).shape());
    const Region r = field.of(14, 14);
    fill(theory.view().window(r.rows.begin, r.columns.begin, {r.rows.size(), r.columns.size()}), 1);
    Tensor bright(uniform.node(0).shape());
    const Tensor weighed = gradient_map(uniform, open_weights(uniform), bright, y, 14, 14);

    Graph random;
    const Node z = ten_layers(random, true);
    Tensor mean({.h = 29, .w = 29});
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Tensor noise(random.node(0).shape());
        Random generator(seed);
        for (real& value : noise.flat()) value = real(generator.normal());
        add(stretched(gradient_map(random, initialise(random, seed), noise, z, 14, 14)), mean);
    }
    write_png(report.path("receptive_effective.png"),
              figure::montage({figure::heat(theory), figure::heat(weighed), figure::heat(mean)}, 3, 8));
    report.figure(
        "receptive_effective.png",
        "Ten 3x3 layers. Left: the theoretical field, 21x21, every pixel alike. Middle: the gradient with "
        "uniform weights. Right: the mean gradient of 40 random networks with ReLU.");

    const Region middle{{11, 18}, {11, 18}};
    report.check("share of the middle 7x7 pixels of a 21x21 field, percent",
                 int(std::lround(100 * share(weighed, middle))), 68);
    report.number("receptiveMiddle2d", std::to_string(std::lround(100 * share(weighed, middle))));
    report.number("receptiveMiddle1d",
                  std::to_string(std::lround(100 * share(weighed, {{0, 29}, {11, 18}}))));
    report.number("receptiveMiddleRandom", std::to_string(std::lround(100 * share(mean, middle))));

    // How both grow with depth.
    figure::Series theoretical{"theoretical", {}, {}}, effective{"holds 95 % of the gradient", {}, {}};
    for (const int depth : {1, 2, 4, 7, 10, 15, 20, 30, 40}) {
        Graph net;
        Node x = net.input({.h = 1, .w = 2 * depth + 1});
        for (int l = 0; l < depth; ++l) x = conv(x, {.filters = 1, .kernel = {1, 3}, .bias = false});
        const Tensor map = gradient_map(net, open_weights(net), Tensor(net.node(0).shape()), x, 0, 0);
        theoretical.x.push_back(depth);
        theoretical.y.push_back(receptive_field(net, x).w.size);
        effective.x.push_back(depth);
        effective.y.push_back(side_holding(map, 0, depth, 0.95));
    }
    report.plot("receptive_depth.svg",
                {.title = "Uniform 3-tap layers",
                 .x_label = "layers",
                 .y_label = "pixels",
                 .series = {theoretical, effective}},
                "The theoretical field grows with the depth, the effective one with its square root.");
}

void walk(Report& report) {
    report.say(
        "A unit sees a window of the image. Each layer widens it by its kernel less one, times the strides "
        "before. "
        "Three numbers an axis say it for a whole network.");

    report.check<std::string>("LeNet-5, field/jump of C1 S2 C3 S4 C5", sizes(32, lenet_layers),
                              "5/1, 6/2, 14/2, 16/4, 32/4");
    report.check<std::string>("AlexNet", sizes(227, alexnet_layers),
                              "11/4, 19/8, 51/8, 67/16, 99/16, 131/16, 163/16, 195/32");
    report.check<std::string>(
        "VGG-16", sizes(224, vgg_layers),
        "3/1, 5/1, 6/2, 10/2, 14/2, 16/4, 24/4, 32/4, 40/4, 44/8, 60/8, 76/8, 92/8, 100/16, "
        "132/16, 164/16, 196/16, 212/32");

    // The same field three times: lit pixels, gradients, windows.
    Graph net;
    const Node s4 = lenet_features(net);
    const std::vector<Region> derived = optimized::fields(net, s4);
    report.check("LeNet-5's S4: all 25 fields found by lighting 1024 pixels",
                 naive::fields(net, s4) == derived, true);
    report.check("LeNet-5's S4: all 25 fields found by 25 gradients",
                 naive::fields_by_gradient(net, s4) == derived, true);
    const double probing = median_seconds([&] { naive::fields(net, s4); });
    const double windows = median_seconds([&] { optimized::fields(net, s4); });
    report.timing("the fields of LeNet-5's S4", probing, windows);
    report.number("receptiveSpeedup", about(probing / windows));

    draw_growth(report);
    draw_photograph(report);
    draw_effective(report);
}

}  // namespace

Chapter chapter_07_receptive_field() { return {"07_receptive_field", "Receptive field", "s-11", walk}; }

}  // namespace cnn
