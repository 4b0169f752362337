// What `cnn tour 13` prints and draws, and the networks of the chapter.
#include "alexnet.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/graph/describe.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "local_response.hpp"

namespace cnn {

namespace {

Tensor noise(const Shape& shape) { return normal_numbers(shape, 13); }

// Where parameters and work of the network of 2012 are, and how large its relatives are.
void count(Report& report) {
    Graph graph, one, torchvision, zf;
    alexnet(graph, AlexNet::two_groups, {alexnet_2012_input});
    alexnet(one, AlexNet::ungrouped, {alexnet_2012_input});
    alexnet(torchvision, AlexNet::torchvision);
    zfnet(zf);
    const Description all = describe(graph);
    figure::Bars parameters{.title = "Parameters of AlexNet", .unit = "millions"},
        work{.title = "Multiply-adds of AlexNet", .unit = "millions"};
    std::int64_t dense = 0, dense_work = 0;
    for (const LayerDescription& layer : all.layers) {
        if (layer.parameters == 0) continue;
        parameters.bars.push_back({layer.name, double(layer.parameters) / 1e6});
        work.bars.push_back({layer.name, double(layer.multiply_adds) / 1e6});
        if (layer.kind != "dense") continue;
        dense += layer.parameters;
        dense_work += layer.multiply_adds;
    }
    figure::bars(report.path("alexnet_parameters.svg"), parameters);
    report.figure("alexnet_parameters.svg",
                  "Parameters of AlexNet's layers: the dense ones have most of them.");
    figure::bars(report.path("alexnet_work.svg"), work);
    report.figure("alexnet_work.svg",
                  "Multiply-adds of AlexNet's layers: the convolutions make most of them.");
    report.number("alexnetDenseParameters", decimals(100 * double(dense) / double(all.parameters), 1));
    report.number("alexnetDenseWork", decimals(100 * double(dense_work) / double(all.multiply_adds), 1));

    report.check("parameters of AlexNet in one piece, millions, as s-17 prints them",
                 describe(one).parameters / 1'000'000, std::int64_t{62});
    report.check("parameters of the network of 2012, in two groups (H8)", all.parameters,
                 std::int64_t{60'965'224});
    report.check("parameters of torchvision's AlexNet (H8)", describe(torchvision).parameters,
                 std::int64_t{61'100'840});
    report.check("parameters of ZFNet, which s-17 leaves open (H11)", describe(zf).parameters,
                 std::int64_t{62'357'608});
}

// The normalisation, naive beside optimized; the first layer; a dense layer, which is a stream of weights.
void timing(Report& report) {
    const Tensor map = noise({1, 55, 55, 96});
    Tensor normalised(map.shape());
    const double naive = median_seconds([&] { naive::local_response(map, {}); }),
                 optimized = median_seconds([&] { optimized::local_response_into(map, {}, normalised); });
    report.timing("local response normalisation, 55x55x96", naive, optimized);
    report.number("alexnetNormalisationSpeedup", decimals(naive / optimized, 0));

    const Tensor image = noise({1, 227, 227, 3}), filters = noise({11, 11, 3, 96}), zeros({.c = 96});
    const Convolution first{.filters = 96, .kernel = 11, .stride = 4};
    report.timing("first layer, 11x11 and stride 4",
                  median_seconds([&] { naive::conv2d(image, filters, zeros, first); }),
                  median_seconds([&] { optimized::conv2d(image, filters, zeros, first); }));

    const Tensor x = noise({1, 6, 6, 256}), weights = noise({6, 6, 256, 4096}), biases({.c = 4096});
    const double seconds = median_seconds([&] { optimized::dense(x, weights, biases); });
    const double rate = double(weights.shape().size()) * double(sizeof(real)) / seconds / 1e9;
    report.number("alexnetDenseRate", decimals(rate, 0));
    report.timing("first dense layer, 9216 numbers to 4096",
                  median_seconds([&] { naive::dense(x, weights, biases); }), seconds);
}

void walk(Report& report) {
    report.say(
        "Five convolutions and three dense layers won ILSVRC 2012.  Nearly all parameters are in the dense "
        "layers, nearly all multiply-adds in the convolutions.");
    count(report);
    timing(report);
}

Network version(const std::string& name, const std::string& about, int input, AlexNet which) {
    return imagenet_network(name, about, input, [which](Graph& graph, const Sizes& sizes) {
        return alexnet(graph, which, {sizes.input, sizes.classes});
    });
}

}  // namespace

Chapter chapter_13_alexnet() {
    return {"13_alexnet",
            "AlexNet",
            "s-04, s-17",
            walk,
            {version("alexnet", "torchvision's: fewer filters, no normalisation", 224, AlexNet::torchvision),
             version("alexnet_2012", "the paper's, in two groups", alexnet_2012_input, AlexNet::two_groups),
             version("alexnet_2012_ungrouped", "the paper's, in one piece", alexnet_2012_input,
                     AlexNet::ungrouped),
             imagenet_network<AlexNetSizes>("zfnet", "AlexNet with a finer beginning", {}, zfnet)}};
}

}  // namespace cnn
