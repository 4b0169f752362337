// s-27 in numbers.
#include "cam.hpp"
#include "explained_testing.hpp"
#include "grad_cam.hpp"

using namespace cnn;

namespace {

Tensor maps_of_two() {
    Tensor A({.h = 2, .w = 2, .c = 2});
    for (int p = 0; p < 4; ++p) A(0, p / 2, p % 2, 0) = real(p), A(0, p / 2, p % 2, 1) = p == 3 ? 8 : 0;
    return A;
}

}  // namespace

TEST_SUITE_BEGIN("29 grad_cam");

// [weights]
TEST_CASE_TEMPLATE("s-27: maps are weighed by the mean of their gradients", Implementation, Naive,
                   Optimized) {
    const auto weigh = pick<Implementation>(naive::weigh, optimized::weigh);
    Tensor dS({.h = 2, .w = 2, .c = 2});
    dS(0, 0, 0, 0) = 4, dS(0, 1, 1, 0) = 4;  // mean 2
    dS(0, 0, 1, 1) = -4;                     // mean -1
    CHECK(weigh(maps_of_two(), dS) == slide("0 2\n 4 -2"));
}
// [weights]

// [sum]
TEST_CASE_TEMPLATE("s-27: it is a weighted sum and no average: another map does not change the scale (S9)",
                   Implementation, Naive, Optimized) {
    const auto weigh = pick<Implementation>(naive::weigh, optimized::weigh);
    // A map of zeros with weight 5 would make an average smaller.
    Tensor A({.h = 2, .w = 2, .c = 3}), dS({.h = 2, .w = 2, .c = 3});
    copy(maps_of_two(), A.view().channels(0, 2));
    fill(dS.view().channels(0, 1), 1);
    fill(dS.view().channels(2, 1), 5);
    CHECK(weigh(A, dS) == slide("0 1\n 2 3"));
}
// [sum]

// [identity]
TEST_CASE_TEMPLATE("s-27: on a network of averages and one linear layer Grad-CAM is ReLU(CAM)/Z (S11)",
                   Implementation, Naive, Optimized) {
    const auto grad_cam = pick<Implementation>(naive::grad_cam, optimized::grad_cam);
    const auto e = averaging_net(8);  // Z = 64: exact
    const Tensor picture = small_integers(e->net.image.shape(), 4);
    for (int label = 0; label < 3; ++label) {
        Tensor cam = class_activation_maps(e->net, e->weights, picture, {label});
        for (real& value : cam.flat()) value = std::max(value, real{0}) / 64;
        CHECK(grad_cam(e->net, e->weights, picture, e->graph["relu"], label, false).map == cam);
    }
}
// [identity]

// [counterfactual]
TEST_CASE_TEMPLATE("s-27: the counterfactual negates the gradient and both maps differ by the sum (S12)",
                   Implementation, Naive, Optimized) {
    const auto grad_cam = pick<Implementation>(naive::grad_cam, optimized::grad_cam);
    const auto e = averaging_net(8);
    const Tensor picture = small_integers(e->net.image.shape(), 4);
    const Node layer = e->graph["relu"];
    const GradCam with = grad_cam(e->net, e->weights, picture, layer, 1, false);
    const GradCam against = grad_cam(e->net, e->weights, picture, layer, 1, true);
    int both = 0, negative = 0;
    for (std::size_t p = 0; p < with.sum.flat().size(); ++p) {
        const real sum = with.sum.flat()[p], plus = with.map.flat()[p], minus = against.map.flat()[p];
        CHECK(against.sum.flat()[p] == -sum);
        CHECK(plus - minus == sum);
        both += plus > 0 && minus > 0;
        negative += minus > 0;
    }
    CHECK(both == 0);
    CHECK(negative > 0);
}
// [counterfactual]

// [empty]
TEST_CASE("s-27: a map that is negative everywhere stays zero and says so (S13)") {
    const auto e = averaging_net(8);
    for (real& weight : e->weights["fc.weight"].flat()) weight = -1;
    const Tensor picture = small_integers(e->net.image.shape(), 4);
    const GradCam result = optimized::grad_cam(e->net, e->weights, picture, e->graph["relu"], 0);
    CHECK(result.empty());
    CHECK(scaled(result.map) == Tensor(result.map.shape()));  // zeros, not 0/0
    CHECK_FALSE(optimized::grad_cam(e->net, e->weights, picture, e->graph["relu"], 0, true).empty());
    CHECK(scaled(slide("0 2\n 4 1")) == slide("0 0.5\n 1 0.25"));
}
// [empty]

// [layers]
TEST_CASE("s-27: any layer with a map will do, and all of them come from one backward pass (S10)") {
    const auto e = shipped_lenet();
    const Tensor picture = normal_numbers(e->net.image.shape(), 3);
    const std::vector<Node> layers = layers_with_maps(e->net);
    std::string names;
    for (const Node& layer : layers) names += layer.name() + " ";
    CHECK(names == "normalise conv1 relu1 pool1 conv2 relu2 pool2 ");
    const std::vector<GradCam> all = optimized::grad_cams(e->net, e->weights, picture, layers, 3);
    for (std::size_t k = 0; k < layers.size(); ++k) {
        CHECK(all[k].map.shape().h == layers[k].shape().h);
        const GradCam naive = naive::grad_cam(e->net, e->weights, picture, layers[k], 3);
        CHECK(largest_difference(all[k].sum, naive.sum) <= 1e-5);
        CHECK(all[k].sum == optimized::grad_cam(e->net, e->weights, picture, layers[k], 3).sum);
    }
    CHECK(last_convolution(e->net).name() == "relu2");
}
// [layers]

TEST_CASE("s-27: a layer that does not exist gets the nearest names") {
    const auto e = shipped_lenet();
    CHECK(layer_named(e->net, "conv2").name() == "conv2");
    CHECK(error_of([&] { layer_named(e->net, "convv2"); }) ==
          "grad_cam: the network has no map called \"convv2\"; the nearest names are: conv2, conv1, pool2");
    CHECK(error_of([&] {
              optimized::grad_cam(e->net, e->weights, Tensor(e->net.image.shape()), e->graph["conv2"], 10);
          }) == "grad_cam: there is no class 10; they are numbered 0 to 9");
    CHECK(nearest_names("cta", {"dog", "cat", "cats", "boat"}).size() == 3);
}

// [two]
TEST_CASE("s-27: two garments in one picture give two maps, each on its own garment") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const Dataset test = fashion_mnist(Part::test);
    const auto e = trained_finder({72, 72});
    int hits = 0, asked = 0;
    for (std::uint64_t seed = 4'000'000; asked < 60; ++seed) {
        const Scene s = scene(test, seed, {.side = 72, .garments = 2});
        const Tensor p = probabilities(e->net, e->weights, s.picture);
        if (!std::ranges::all_of(s.garments,
                                 [&](const Placed& g) { return p(0, 0, 0, g.label) > real(0.2); }))
            continue;
        for (const Placed& g : s.garments) {
            const GradCam map =
                optimized::grad_cam(e->net, e->weights, s.picture, e->graph["relu4"], g.label);
            const Place at = largest(optimized::upsample(map.map, 72));
            ++asked;
            hits += g.box.rows.begin <= at.row && at.row < g.box.rows.end &&
                    g.box.columns.begin <= at.column && at.column < g.box.columns.end;
        }
    }
    CAPTURE(hits);
    CHECK(hits >= 0.9 * asked);  // chance is the box's share of the picture, below a tenth
}
// [two]

TEST_SUITE_END();
