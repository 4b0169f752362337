// s-04, s-17: AlexNet and ZFNet, counted.
#include <algorithm>
#include <set>

#include "alexnet.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"
#include "receptive_field.hpp"

using namespace cnn;

namespace {

/// Parameters of the layers that have any.
std::vector<std::int64_t> parameters_by_layer(const Graph& graph) {
    std::vector<std::int64_t> all;
    for (const LayerDescription& layer : describe(graph).layers)
        if (layer.parameters > 0) all.push_back(layer.parameters);
    return all;
}

std::set<std::string> kinds(const Graph& graph) {
    std::set<std::string> all;
    for (const LayerDescription& layer : describe(graph).layers) all.insert(layer.kind);
    return all;
}

}  // namespace

TEST_SUITE_BEGIN("13 alexnet");

// [totals]
TEST_CASE("s-17: parameters and multiply-adds of three AlexNets and ZFNet (H8 H11)") {
    Graph two, one, torchvision, zf;
    alexnet(two, AlexNet::two_groups, {alexnet_2012_input});
    alexnet(one, AlexNet::ungrouped, {alexnet_2012_input});
    alexnet(torchvision, AlexNet::torchvision);
    zfnet(zf);
    CHECK(describe(two).parameters == 60'965'224);
    CHECK(describe(two).multiply_adds == 724'406'816);
    CHECK(describe(one).parameters == 62'378'344);
    CHECK(describe(one).multiply_adds == 1'135'256'096);
    CHECK(describe(torchvision).parameters == 61'100'840);
    CHECK(describe(torchvision).multiply_adds == 714'188'480);
    CHECK(describe(zf).parameters == 62'357'608);
    CHECK(describe(zf).multiply_adds == 1'168'032'896);
}
// [totals]

TEST_CASE("s-17: parameters of AlexNet and ZFNet layer by layer") {
    Graph alex, zf;
    alexnet(alex, AlexNet::two_groups, {alexnet_2012_input});
    zfnet(zf);
    CHECK(parameters_by_layer(alex) == std::vector<std::int64_t>{34'944, 307'456, 885'120, 663'936, 442'624,
                                                                 37'752'832, 16'781'312, 4'097'000});
    CHECK(parameters_by_layer(zf) == std::vector<std::int64_t>{14'208, 614'656, 885'120, 1'327'488, 884'992,
                                                               37'752'832, 16'781'312, 4'097'000});
}

TEST_CASE("s-17: the slide's 8 layers of AlexNet and ZFNet are 5 convolutions and 3 dense (H7)") {
    for (const bool zf : {false, true}) {
        Graph graph;
        zf ? zfnet(graph) : alexnet(graph, AlexNet::two_groups);
        const auto layers = describe(graph).layers;
        CHECK(std::ranges::count(layers, "conv2d", &LayerDescription::kind) == 5);
        CHECK(std::ranges::count(layers, "dense", &LayerDescription::kind) == 3);
    }
}

TEST_CASE("s-07: with two groups a filter of AlexNet's second layer has half of the 96 channels (E7)") {
    Graph graph;
    alexnet(graph, AlexNet::two_groups);
    CHECK(graph["pool1"].shape().c == 96);
    CHECK(graph.entry(graph["conv2"]).parameters[0].shape == Shape{5, 5, 48, 256});
}

// [new]
TEST_CASE("s-04: what AlexNet has that LeNet-5 had not and what it left out (H6)") {
    Graph graph, lenet;
    alexnet(graph, AlexNet::two_groups);
    lenet5_1998(lenet);
    const std::set<std::string> before = kinds(lenet), after = kinds(graph);
    for (const char* added : {"relu", "max_pool2d", "local_response", "dropout", "softmax"})
        CHECK((after.contains(added) && !before.contains(added)));
    for (const char* gone : {"squash", "subsample", "partial_conv2d", "rbf"})
        CHECK((before.contains(gone) && !after.contains(gone)));
    const Window pool = graph.entry(graph["pool1"]).operation->window({graph["norm1"].shape()});
    CHECK(pool.kernel.h > pool.stride.h);  // windows overlap
}
// [new]

// [size]
TEST_CASE("s-17: only 227 rows give AlexNet's first map its 55 and the layers have 659272 neurons (H21)") {
    Graph printed, used;
    alexnet(printed, AlexNet::two_groups, {224});
    alexnet(used, AlexNet::two_groups, {alexnet_2012_input});
    CHECK(printed["conv1"].shape().h == 54);
    CHECK(used["conv1"].shape() == Shape{1, 55, 55, 96});
    CHECK(used["conv1"].shape().size() == 290'400);
    std::int64_t neurons = 0;
    for (const LayerDescription& layer : describe(used).layers)
        if (layer.parameters > 0) neurons += layer.output.size();
    CHECK(neurons == 659'272);
}
// [size]

// [fields]
TEST_CASE("s-11 s-17: receptive fields of AlexNet and ZFNet layer by layer") {
    const std::vector<std::string> names{"conv1", "pool1", "conv2", "pool2",
                                         "conv3", "conv4", "conv5", "pool5"};
    const auto fields = [&](const Graph& graph) {
        std::vector<std::string> all;
        for (const std::string& name : names) {
            const ReceptiveField f = receptive_field(graph, graph[name]);
            all.push_back(std::to_string(int(f.h.size)) + "/" + std::to_string(int(f.h.jump)));
        }
        return all;
    };
    Graph alex, zf;
    alexnet(alex, AlexNet::two_groups, {alexnet_2012_input});
    zfnet(zf);
    CHECK(fields(alex) ==
          std::vector<std::string>{"11/4", "19/8", "51/8", "67/16", "99/16", "131/16", "163/16", "195/32"});
    CHECK(fields(zf) ==
          std::vector<std::string>{"7/2", "11/4", "27/8", "43/16", "75/16", "107/16", "139/16", "171/32"});
    CHECK(receptive_field(alex, alex["fc6"]).h.size == 355);
    CHECK(receptive_field(zf, zf["fc6"]).h.size == 331);
}
// [fields]

TEST_CASE("s-17: AlexNet's parameters have torchvision's names and any image size is averaged to 6x6") {
    Graph graph;
    alexnet(graph, AlexNet::torchvision, {300});
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    CHECK(names.front() == "features.0.weight");
    CHECK(names[8] == "features.10.weight");
    CHECK(names[10] == "classifier.1.weight");
    CHECK(names.back() == "classifier.6.bias");
    CHECK(graph["features.12"].shape().h == 8);
    CHECK(describe(graph).parameters == 61'100'840);
}

TEST_CASE("s-17: an image too small for AlexNet and no classes are refused") {
    Graph graph, small, smaller, smallest;
    CHECK(error_of([&] { alexnet(graph, AlexNet::ungrouped, {66}); }) ==
          "alexnet: the image has 66 rows; the layers need at least 67");
    CHECK(error_of([&] { zfnet(graph, {.classes = 0}); }) == "zfnet: 0 classes; there must be at least 1");
    CHECK(alexnet(small, AlexNet::two_groups, {67, 3, 5}).logits.shape() == Shape{.c = 3});
    CHECK(alexnet(smaller, AlexNet::torchvision, {63, 3, 5}).logits.shape() == Shape{.c = 3});
    CHECK(zfnet(smallest, {63, 3, 5}).logits.shape() == Shape{.c = 3});
}

TEST_SUITE_END();
