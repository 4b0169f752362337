// What `cnn tour 16` prints and draws, and the networks of the chapter.
#include <algorithm>
#include <cstdlib>
#include <iomanip>

#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/report/ladder.hpp"
#include "depth/degradation.hpp"
#include "depth/gradient_lengths.hpp"
#include "learned_features.hpp"
#include "normalised_networks/normalised.hpp"
#include "resnet.hpp"

namespace cnn {

namespace {

// The slide's two blocks: the plain one, and the one that also halves the map.
void blocks(Report& report) {
    Graph graph;
    resnet(graph, resnet18());
    figure::blocks(report.path("resnet_block.svg"),
                   drawn(graph, "maxpool", "layer1.0", "A residual block of ResNet-18"));
    report.figure("resnet_block.svg",
                  "The map goes through two layers and around them; both ways meet in a sum.");
}

void count(Report& report) {
    Graph deepest, fifty;
    resnet(deepest, resnet152());
    resnet(fifty, resnet50());
    const Description all = describe(deepest);
    report.check("parameters of ResNet-152, hundred thousands; the slide says 115.6 million (H14)",
                 all.parameters / 100'000, std::int64_t{601});
    report.check("layers with weights on its longest path, and projections beside it (H7)",
                 std::ranges::count_if(all.layers,
                                       [](const auto& l) { return l.kind == "conv2d" || l.kind == "dense"; }),
                 std::ptrdiff_t{152 + 4});
    const Description half = describe(fifty);
    report.check(
        "1x1 convolutions of ResNet-50: 4 project, 32 reduce or expand (A6)",
        std::ranges::count_if(
            half.layers, [](const auto& l) { return l.kind == "conv2d" && l.window.kernel == Extent(1); }),
        std::ptrdiff_t{36});
}

figure::Series gradients(const std::string& title, bool skips, bool normalised) {
    figure::Series series{title, {}, gradient_lengths(56, skips, normalised)};
    for (std::size_t b = 1; b <= series.y.size(); ++b) series.x.push_back(double(b));
    return series;
}

// A5: does the skip keep gradients alive? Each combination is measured, not assumed.
void gradient_by_depth(Report& report) {
    const figure::Series with_both = gradients("skips, normalised", true, true),
                         with_norm = gradients("plain, normalised", false, true),
                         with_skips = gradients("skips, not normalised", true, false),
                         with_none = gradients("plain, not normalised", false, false);
    report.plot("resnet_gradients.svg",
                {.title = "56 layers before the first step",
                 .x_label = "block, from the image to the loss",
                 .y_label = "length of the gradient at its end",
                 .series = {with_both, with_norm, with_skips, with_none},
                 .log_y = true},
                "How much of the loss's gradient reaches each of 27 blocks, with and without skips, with and "
                "without batch normalisation.");
    // How much longer or shorter the gradient is at the first block than at the last.
    const auto kept = [](const figure::Series& s) { return s.y.front() / s.y.back(); };
    Table table{{"network of 56 layers", "gradient at the first block over that at the last"}};
    for (const figure::Series& s : {with_both, with_norm, with_skips, with_none}) {
        std::ostringstream text;
        text << std::setprecision(2) << kept(s);
        table.push_back({s.title, text.str()});
    }
    report.table(table, "resnet_gradients");
    report.check("no gradient has vanished in the plain normalised network (A5)", kept(with_norm) > 0.01,
                 true);
}

// Described, packed once, folded: the same logits, three times.
void folding(Report& report) {
    ResNet net = resnet18();
    Graph graph, folded;
    const Classifier plain = resnet(graph, net);
    net.folded = true;
    const Classifier fused = resnet(folded, net);
    const Weights weights = initialise(graph, 1), fewer = fold(graph, weights);
    const Tensor x(plain.image.shape());
    Session session(graph, weights, {{plain.image, x.shape()}}, {plain.logits}),
        fast(folded, fewer, {{fused.image, x.shape()}}, {fused.logits});
    climb(report, "resnet_folding", "ResNet-18, one photograph at a time: GFLOP/s of the whole network.",
          {.title = "ResNet-18 on one photograph",
           .unit = "GFLOP/s",
           .amount = 2 * double(describe(graph).multiply_adds),
           .steps = {{"run", "layer by layer, filters packed anew for each picture",
                      [&] {
                          run(graph, weights, {{plain.image, x}}, {plain.logits});
                      }},
                     {"session", "filters packed once, memory laid out once, ReLU and addition in place",
                      [&] {
                          session.run({{plain.image, x}});
                      }},
                     {"folded", "normalisation in the filters, addition and ReLU before the store", [&] {
                          fast.run({{fused.image, x}});
                      }}}});
    std::ostringstream fewer_nodes;
    fewer_nodes << graph.entries().size() << " nodes become " << folded.entries().size();
    report.number("resnetNodes", fewer_nodes.str());
}

// What chapter 01 tells of learned features, measured anew where CIFAR-10 is given.
void learned(Report& report) {
    const char* folder = std::getenv("CNN_CIFAR10");
    if (report.quick() || folder == nullptr) return;
    Graph one, two;
    const LearnedNet lenet = learned_lenet(one), resnet = learned_resnet(two);
    write_learned(
        report.path("learned_features.json"),
        {learned_log(lenet, report.garments(Part::train), report.garments(Part::test), {100, 1000, 10000}),
         learned_log(resnet, cifar10(Part::train, folder), cifar10(Part::test, folder), {})});
}

void walk(Report& report) {
    report.say(
        "A residual block adds its input to what its layers make of it, so the layers learn the difference "
        "from "
        "doing nothing. That lets networks grow to 152 layers.");
    blocks(report);
    degradation(report);
    count(report);
    gradient_by_depth(report);
    folding(report);
    learned(report);
}

Network imagenet(const std::string& name, const std::string& about, const ResNet& net) {
    return imagenet_network(name, about, net, resnet);
}

ResNet as_published(ResNet net) {
    net.stride_in_3x3 = false;
    return net;
}

Network cifar(const std::string& name, const std::string& about, int depth, bool skips) {
    return {.name = name,
            .about = about,
            .sizes = {32, 10},
            .data = DataSet::cifar10,
            .builder = [=](Graph& graph,
                           const Sizes& sizes) { return resnet_cifar10(graph, depth, sizes.classes, skips); },
            .preprocessing = cifar10_preprocessing,
            .training = resnet_cifar10_training(),
            .fixed = true};
}

Network normalised_vgg(const std::string& name, VggStages (*stages)()) {
    return imagenet_network(name, "VGG with batch normalisation, as in torchvision", 224,
                            [stages](Graph& graph, const Sizes& sizes) {
                                return vgg_normalised(graph, stages(), sizes.input, sizes.classes);
                            });
}

std::vector<Network> resnets() {
    return {imagenet("resnet18", "18 layers in 8 residual blocks", resnet18()),
            imagenet("resnet34", "34 layers in 16 residual blocks", resnet34()),
            imagenet("resnet50", "50 layers in 16 bottleneck blocks, as in torchvision", resnet50()),
            imagenet("resnet101", "101 layers in 33 bottleneck blocks, as in torchvision", resnet101()),
            imagenet("resnet152", "152 layers in 50 bottleneck blocks, as in torchvision", resnet152()),
            imagenet("resnet50_2015", "50 layers with the paper's strides", as_published(resnet50())),
            imagenet("resnet101_2015", "101 layers with the paper's strides", as_published(resnet101())),
            imagenet("resnet152_2015", "152 layers with the paper's strides", as_published(resnet152())),
            cifar("resnet20_cifar10", "20 layers for small photographs", 20, true),
            cifar("resnet56_cifar10", "56 layers for small photographs", 56, true),
            cifar("plain20_cifar10", "ResNet-20 without its skips", 20, false),
            cifar("plain56_cifar10", "ResNet-56 without its skips", 56, false),
            imagenet_network("googlenet", "GoogLeNet as in torchvision: normalised, 3x3 in place of 5x5", 224,
                             [](Graph& graph, const Sizes& sizes) {
                                 return googlenet_normalised(graph, sizes.input, sizes.classes);
                             }),
            normalised_vgg("vgg11_bn", vgg_a),
            normalised_vgg("vgg13_bn", vgg_b),
            normalised_vgg("vgg16_bn", vgg_d),
            normalised_vgg("vgg19_bn", vgg_e)};
}

}  // namespace

Chapter chapter_16_resnet() { return {"16_resnet", "ResNet", "s-20", walk, resnets()}; }

}  // namespace cnn
