// s-17 and s-20: ResNet, counted as the lecture and the paper count it.
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "depth/degradation.hpp"
#include "depth/gradient_lengths.hpp"
#include "receptive_field.hpp"
#include "resnet.hpp"

using namespace cnn;

namespace {

struct Built {
    Graph graph;
    explicit Built(const ResNet& net) { resnet(graph, net); }
    Description all() const { return describe(graph); }
    int count(const std::string& kind, Extent kernel = 0) const {
        int found = 0;
        for (const LayerDescription& layer : all().layers)
            if (layer.kind == kind && (kernel == Extent(0) || layer.window.kernel == kernel)) ++found;
        return found;
    }
    int field() const { return int(receptive_field(graph, last_block()).h.size); }
    Node last_block() const {
        for (std::size_t i = graph.entries().size(); i-- > 0;)
            if (graph.entries()[i].name == "avgpool") return graph.node(graph.entries()[i].inputs[0]);
        return {};
    }
};

ResNet with_paper_strides(ResNet net) {
    net.stride_in_3x3 = false;
    return net;
}

ResNet with_padded_shortcuts(ResNet net) {
    net.shortcut = Shortcut::padded;
    return net;
}

}  // namespace

TEST_SUITE_BEGIN("16 resnet");

// [totals]
TEST_CASE("s-17 s-20: parameters and multiply-adds of ResNet-18 34 50 101 152") {
    struct Published {
        ResNet net;
        std::int64_t parameters, multiply_adds;
        int convolutions;
    };
    for (const auto& [net, parameters, multiply_adds, convolutions] :
         {Published{resnet18(), 11'689'512, 1'814'073'344, 20},
          Published{resnet34(), 21'797'672, 3'663'761'408, 36},
          Published{resnet50(), 25'557'032, 4'089'184'256, 53},
          Published{resnet101(), 44'549'160, 7'801'405'440, 104},
          Published{resnet152(), 60'192'808, 11'513'626'624, 155}}) {
        const Built built(net);
        CHECK(built.all().parameters == parameters);
        CHECK(built.all().multiply_adds == multiply_adds);
        CHECK(built.count("conv2d") == convolutions);
        CHECK(built.count("dense") == 1);
    }
}
// [totals]

TEST_CASE("s-17: ResNet-152 has 60 million parameters and not the slide's 115.6 (H14)") {
    CHECK(Built(resnet152()).all().parameters / 100'000 == 601);
}

TEST_CASE("s-17: 152 counts the longest path: 151 convolutions and a dense layer beside 4 projections (H7)") {
    const Built net(resnet152());
    int projections = 0;
    for (const LayerDescription& layer : net.all().layers)
        projections += layer.kind == "conv2d" && layer.name.ends_with("downsample.0") ? 1 : 0;
    CHECK(projections == 4);
    CHECK(net.count("conv2d") - projections + net.count("dense") == 152);
}

TEST_CASE("s-20: the paper puts a bottleneck's stride into its first 1x1 and computes less for it") {
    CHECK(Built(with_paper_strides(resnet50())).all().multiply_adds == 3'857'973'248);
    CHECK(Built(with_paper_strides(resnet101())).all().multiply_adds == 7'570'194'432);
    CHECK(Built(with_paper_strides(resnet152())).all().multiply_adds == 11'282'415'616);
    CHECK(Built(with_paper_strides(resnet50())).all().parameters == Built(resnet50()).all().parameters);
}

TEST_CASE("s-20: shortcuts without weights save the projections' parameters") {
    CHECK(Built(with_padded_shortcuts(resnet18())).all().parameters == 11'515'688);
    CHECK(Built(with_padded_shortcuts(resnet34())).all().parameters == 21'623'848);
}

TEST_CASE("s-20: 1x1 convolutions have two roles: 4 project and 32 reduce or expand in ResNet-50 (A6)") {
    const Built net(resnet50());
    CHECK(net.count("conv2d", 1) == 4 + 32);
    CHECK(Built(resnet34()).count("conv2d", 1) == 3);
}

TEST_CASE("s-20 s-11: what the last block sees") {
    CHECK(Built(resnet18()).field() == 435);
    CHECK(Built(resnet34()).field() == 899);
    CHECK(Built(resnet50()).field() == 427);
    CHECK(Built(resnet101()).field() == 971);
    CHECK(Built(resnet152()).field() == 1451);
    CHECK(Built(with_paper_strides(resnet50())).field() == 483);
    CHECK(Built(with_paper_strides(resnet101())).field() == 1027);
    CHECK(Built(with_paper_strides(resnet152())).field() == 1507);
}

TEST_CASE("s-20: ResNet-20 for CIFAR-10 has 0.27 million parameters and 41 million multiply-adds") {
    Graph graph, plain;
    resnet_cifar10(graph, 20);
    resnet_cifar10(plain, 20, 10, false);
    CHECK(describe(graph).parameters == 269'722);
    CHECK(describe(graph).multiply_adds / 100'000 == 405);
    CHECK(describe(plain).parameters == 269'722);  // the shortcut costs nothing
    Graph deep;
    resnet_cifar10(deep, 56);
    CHECK(describe(deep).parameters / 10'000 == 85);
}

// [degradation]
TEST_CASE(
    "s-20: 36 more plain layers train worse than none and with skips better than plain ones of any depth") {
    const auto end = [](int depth, bool skips) { return brief_training(depth, skips).epochs.back().loss; };
    CHECK(end(56, false) > 1.2 * end(20, false));
    CHECK(end(56, true) < end(20, false));
    CHECK(end(20, true) < end(20, false));
    // Of few epochs: here the deeper residual network is still behind the shallow one, as the paper's curves
    // are at their beginning.
    CHECK(end(20, true) < end(56, true));
}
// [degradation]

// [depth]
TEST_CASE("s-20: in 56 layers gradients vanish only without normalisation and skips tame their growth (A5)") {
    const auto grown = [](bool skips, bool normalised) {  // from the last block to the first
        const std::vector<double> all = gradient_lengths(56, skips, normalised);
        return all.front() / all.back();
    };
    CHECK(grown(false, false) < 0.5);  // plain: the gradient fades on its way to the image
    CHECK(grown(false, true) > 1000);  // normalised: it does not vanish, it explodes
    CHECK(grown(true, true) > 1);      // with skips it stays within a hundred
    CHECK(grown(true, true) < 100);
}
// [depth]

// [names]
TEST_CASE("s-20: parameters have the names and the order of torchvision's state dict") {
    Graph graph;
    resnet(graph, resnet50());
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    const std::vector<std::string> first(names.begin(), names.begin() + 7);
    CHECK(first == std::vector<std::string>{"conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean",
                                            "bn1.running_var", "layer1.0.conv1.weight",
                                            "layer1.0.bn1.weight"});
    CHECK(std::ranges::count(names, "layer2.0.downsample.1.running_var") == 1);
    CHECK(names.back() == "fc.bias");
}
// [names]

TEST_CASE("s-20: a depth that is no ResNet of CIFAR-10 and images too small are refused") {
    Graph graph;
    CHECK(error_of([&] { resnet_cifar10(graph, 21); }) ==
          "resnet_cifar10: a depth of 21; it must be 6 n + 2: 20, 32, 44, 56, 110");
    ResNet small = resnet18();
    small.input = 31;
    CHECK(error_of([&] { resnet(graph, small); }) ==
          "resnet: the image has 31 rows; five layers halve it, so it needs at least 32");
}

TEST_SUITE_END();
