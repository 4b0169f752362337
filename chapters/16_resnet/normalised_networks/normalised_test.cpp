// VGG and GoogLeNet with batch normalisation, counted and held to torchvision's.
#include "normalised_networks/normalised.hpp"
#include "batch_norm.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "inception.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("16 normalised");

namespace {

std::vector<std::string> parameter_names(const Graph& graph) {
    std::vector<std::string> names;
    for (const Parameter& p : graph.parameters()) names.push_back(p.name);
    return names;
}

}  // namespace

// [totals]
TEST_CASE("s-18: parameters of VGG with batch normalisation") {
    for (const auto& [stages, parameters] : {std::pair{vgg_a(), 132'868'840},
                                             {vgg_b(), 133'053'736},
                                             {vgg_d(), 138'365'992},
                                             {vgg_e(), 143'678'248}}) {
        Graph graph;
        vgg_normalised(graph, stages);
        CHECK(describe(graph).parameters == parameters);
    }
}

TEST_CASE("s-17: torchvision's GoogLeNet has 3x3 windows in place of 5x5 and fewer parameters (A12 H12)") {
    Graph graph, with_heads, published;
    googlenet_normalised(graph);
    googlenet_normalised(with_heads, 224, 1000, true);
    CHECK(describe(graph).parameters == 6'624'904);
    CHECK(describe(graph).multiply_adds == 1'498'376'192);
    CHECK(describe(with_heads).parameters == 13'004'888);
    googlenet(
        published,
        {.layers = {.normalise = [](Node x, const std::string& name) { return batch_norm(x, {}, name); }}});
    CHECK(describe(published).parameters == 7'005'832);
    for (const LayerDescription& layer : describe(graph).layers) CHECK(layer.window.kernel.h != 5);
}
// [totals]

TEST_CASE("s-18: parameters of normalised VGG and GoogLeNet have torchvision's names") {
    Graph eleven, inception;
    vgg_normalised(eleven, vgg_a());
    googlenet_normalised(inception);
    const std::vector<std::string> vgg = parameter_names(eleven), google = parameter_names(inception);
    CHECK(vgg[2] == "features.1.weight");
    CHECK(vgg[6] == "features.4.weight");
    CHECK(std::ranges::count(vgg, "features.26.running_var") == 1);
    CHECK(google.front() == "conv1.conv.weight");
    CHECK(google[1] == "conv1.bn.weight");
    CHECK(std::ranges::count(google, "inception3a.branch3.1.bn.running_mean") == 1);
    CHECK(std::ranges::count(google, "inception5b.branch4.1.conv.weight") == 1);
    CHECK(google.back() == "fc.bias");
}

TEST_CASE_TEMPLATE("s-19: logits and image gradient of GoogLeNet agree with torchvision's", Implementation,
                   Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = googlenet_normalised(graph, 48, 10);
    const GoldenErrors errors = golden_errors("googlenet", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_SUITE_END();
