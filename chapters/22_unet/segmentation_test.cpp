// The small U-Net: what it learns from, how it is judged, and what the shipped weights reach.
#include "segmentation.hpp"

#include "common/book/network.hpp"
#include "common/files/data_folder.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"
#include "masks.hpp"

using namespace cnn;

namespace {

bool installed() {
    if (std::filesystem::exists(fashion_mnist_folder)) return true;
    MESSAGE("skipped: Fashion-MNIST is not installed");
    return false;
}

std::vector<int> numbers(const Tensor& labels) { return {labels.flat().begin(), labels.flat().end()}; }

}  // namespace

TEST_SUITE_BEGIN("22 unet");

// [iou]
TEST_CASE("s-16: intersection over union of each class") {
    // Of 10 pixels of class 0 seven are called so; two others are called 0 that are not.
    const std::vector<std::vector<int>> counts = {{7, 3, 0}, {2, 8, 0}, {0, 0, 0}};
    const std::vector<double> shares = intersection_over_union(counts);
    CHECK(shares[0] == doctest::Approx(7.0 / 12));
    CHECK(shares[1] == doctest::Approx(8.0 / 13));
    CHECK(shares[2] == 1);
    CHECK(mean_intersection_over_union(counts) == doctest::Approx((7.0 / 12 + 8.0 / 13 + 1) / 3));
}
// [iou]

TEST_CASE("s-16: the ten garments are five kinds") {
    const std::vector<std::string>& names = class_names(DataSet::garment_scenes);
    REQUIRE(names.size() == 6);
    const std::vector<std::string> expected = {"top",  "trousers", "top",  "dress", "top",
                                               "shoe", "top",      "shoe", "bag",   "shoe"};
    for (int k = 0; k < 10; ++k) CHECK(names[std::size_t(kind_of(k))] == expected[std::size_t(k)]);
    CHECK(error_of([] { kind_of(10); }) ==
          "there is no garment of class 10; Fashion-MNIST's are numbered 0 to 9");
    Tensor mask({.h = 1, .w = 3});
    mask(0, 0, 1, 0) = 1 + 9;
    mask(0, 0, 2, 0) = 1;
    CHECK(numbers(kinds(mask)) == std::vector<int>{0, 4, 1});
}

TEST_CASE("s-16: the small U-Net gives a class to every pixel of a picture of any multiple of 8") {
    Graph graph, wide;
    const Classifier net = unet_small(graph);
    CHECK(net.logits.shape() == Shape{.h = 64, .w = 64, .c = 6});
    CHECK(net.loss.shape() == Shape{});
    CHECK(unet_small(wide, {40, 72}).logits.shape() == Shape{.h = 40, .w = 72, .c = 6});
    CHECK(describe(graph).parameters == 88'534);
}

// [ten]
TEST_CASE("s-16: with ten garments perfect masks named by LeNet-5 stay below 0.90") {
    if (!installed()) return;
    Graph graph;
    const Classifier net = lenet5(graph);
    const Weights weights = load_weights(data_folder() / "lenet5.safetensors", graph);
    const Dataset test = fashion_mnist(Part::test);
    const auto counts = confusion_matrix(test.labels, classify(graph, net, weights, test.images), 10);
    CHECK(mean_intersection_over_union(counts) < 0.85);
    std::vector<std::vector<int>> kinds(5, std::vector<int>(5));
    for (int i = 0; i < 10; ++i)
        for (int j = 0; j < 10; ++j)
            kinds[std::size_t(kind_of(i) - 1)][std::size_t(kind_of(j) - 1)] +=
                counts[std::size_t(i)][std::size_t(j)];
    CHECK(mean_intersection_over_union(kinds) > 0.9);
}
// [ten]

// [held_out]
TEST_CASE("s-16: the shipped U-Net's mean intersection over union on held-out scenes is at least 0.90") {
    if (!installed()) return;
    Graph graph;
    const Classifier net = unet_small(graph);
    const Weights weights = load_weights(data_folder() / "unet_small.safetensors", graph);
    const Examples held_out = masked_scenes(fashion_mnist(Part::test), 500, 3'000'001);
    const std::vector<int> named = classify(graph, net, weights, held_out.images);
    const auto counts = confusion_matrix(numbers(held_out.labels), named, 6);
    CHECK(mean_intersection_over_union(counts) >= 0.90);
    for (const double share : intersection_over_union(counts)) CHECK(share >= 0.65);
}
// [held_out]

TEST_CASE("s-16: the shipped U-Net gives exactly the accuracy of pixels that its log says") {
    if (!installed()) return;
    Graph graph;
    const Classifier net = unet_small(graph);
    const Weights weights = load_weights(data_folder() / "unet_small.safetensors", graph);
    const TrainingLog log = read_log(data_folder() / "unet_small.json");
    REQUIRE_FALSE(log.epochs.empty());
    CHECK(log.net == "unet_small");
    CHECK(log.settings == settings(unet_small_training()));
    const Examples test = unet_small_scenes(fashion_mnist(Part::test), Part::test);
    CHECK(evaluate(graph, net, weights, test).accuracy == log.epochs.back().test_accuracy);
}

TEST_CASE("s-16: masks are colours over grey and the background stays as it is") {
    Tensor picture({.h = 2, .w = 2}), kinds({.h = 2, .w = 2}), logits({.h = 1, .w = 2, .c = 3});
    fill(picture, real(0.5));
    kinds(0, 1, 1, 0) = 2;
    const Tensor drawn = with_masks(picture, kinds, 4);
    CHECK(drawn.shape() == Shape{.h = 4, .w = 4, .c = 3});
    CHECK(drawn(0, 1, 1, 0) == real(0.5));
    for (int c = 0; c < 3; ++c)
        CHECK(double(drawn(0, 2, 2, c)) ==
              doctest::Approx(0.4 * 0.5 + 0.6 * double(mask_colour(2)[std::size_t(c)])));
    CHECK(mask_colour(1) != mask_colour(2));
    CHECK(mask_colour(9) == mask_colour(1));
    logits(0, 0, 1, 2) = 1;
    CHECK(numbers(named_pixels(logits)) == std::vector<int>{0, 2});
    CHECK(legend({{1, "top", 0.5}, {2, "a name that is too long", 0.5}}, {60, 90}).shape() ==
          Shape{.h = 60, .w = 90, .c = 3});
}

TEST_SUITE_END();
