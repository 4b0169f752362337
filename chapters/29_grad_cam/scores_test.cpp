// The scores on maps whose score is known.
#include "explained_testing.hpp"
#include "scoreboard.hpp"

using namespace cnn;

namespace {

Explanation of(const Tensor& evidence) { return {evidence, evidence, "image"}; }

/// The score of class 0 is the sum of the pixels; class 1 has 0.
struct Sums {
    Graph graph;
    Classifier net;
    Weights weights;
    Tensor picture = slide("0 0 4\n 0 0 0\n 2 0 0");
    Sums() {
        const Node image = graph.input({.h = 3, .w = 3}, "image");
        net = {image, {}, dense(image, 2, "fc"), {}};
        weights = initialise(graph, 1);
        fill(weights["fc.weight"], 0), fill(weights["fc.bias"], 0);
        fill(weights["fc.weight"].view().channels(0, 1), 1);
    }
    Question question() const { return {net, weights, picture}; }
};

double sigmoid(double score) { return 1 / (1 + std::exp(-score)); }

}  // namespace

TEST_SUITE_BEGIN("29 grad_cam");

TEST_CASE("s-23: places of a patch become a map of the picture by the mean of the patches on each pixel") {
    const Occlusion options{.patch = 2, .stride = 1};
    CHECK(spread(slide("4 4\n 4 4"), options, 3) == slide("2 4 2\n 4 4 4\n 2 4 2"));  // corners: one of four
    CHECK(spread(slide("8 0"), {.patch = 2, .stride = 2}, {2, 4}) == slide("8 8 0 0\n 8 8 0 0"));
}

TEST_CASE("s-27: the methods by name, and the nearest where there is none") {
    CHECK(method("cam").name == "cam");
    CHECK(error_of([] { method("grad_cam"); }) ==
          "there is no method \"grad_cam\"; the nearest names are: grad-cam, cam, saliency");
}

TEST_CASE("s-27: a map points at a box if its maximum lies there, and a flat map points nowhere") {
    const Region box{{0, 1}, {1, 3}};
    CHECK(points_at(of(slide("0 0 4\n 1 1 1")), box));
    CHECK_FALSE(points_at(of(slide("0 0 4\n 5 1 1")), box));
    CHECK_FALSE(points_at(of(slide("0 0 0\n 0 0 0")), {{0, 2}, {0, 3}}));
    CHECK_FALSE(points_at(of(slide("7 7 7\n 7 7 7")), {{0, 2}, {0, 3}}));
}

TEST_CASE("s-27: the energy inside a box is its share, and a map of nothing has none") {
    CHECK(energy_inside(of(slide("0 1 4\n 5 0 0")), {{0, 1}, {1, 3}}) == 0.5);
    CHECK_FALSE(energy_inside(of(slide("0 0\n 0 0")), {{0, 2}, {0, 2}}).has_value());
}

TEST_CASE("s-27: pixels are ordered by their evidence, and ties by chance") {
    const Tensor map = slide("0 3 0\n 9 0 0");
    const std::vector<int> order = order_of(map, 1), other = order_of(map, 2);
    CHECK(order[0] == 3);
    CHECK(order[1] == 1);
    CHECK(order != other);
    std::vector<int> sorted = order;
    std::ranges::sort(sorted);
    CHECK(sorted == std::vector<int>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("s-27: deleting what matters first leaves less, inserting it first gives more") {
    const Sums s;
    const std::vector<int> right = order_of(s.picture), wrong = {0, 1, 3, 4, 5, 7, 8, 6, 2};
    const std::vector<double> curve = deletion_curve(s.question(), right, 9);
    REQUIRE(curve.size() == 10);
    CHECK(curve[0] == doctest::Approx(sigmoid(6)));
    CHECK(curve[1] == doctest::Approx(sigmoid(2)));
    for (int k = 2; k <= 9; ++k) CHECK(curve[std::size_t(k)] == doctest::Approx(sigmoid(0)));
    CHECK(area(curve) == doctest::Approx((sigmoid(6) / 2 + sigmoid(2) + 7 * 0.5 + 0.25) / 9));
    CHECK(area(curve) < area(deletion_curve(s.question(), wrong, 9)));
    CHECK(area(insertion_curve(s.question(), right, 9)) > area(insertion_curve(s.question(), wrong, 9)));
    CHECK(insertion_curve(s.question(), right, 9).back() == doctest::Approx(sigmoid(6)));
    CHECK(error_of([&] {
              deletion_curve(s.question(), {0, 1}, 2);
          }).find("every pixel once") != std::string::npos);
}

TEST_CASE("s-27: rank correlation hears orders alone, and ties share a rank") {
    const Tensor a = slide("1 2 3 4"), b = slide("1 10 100 1000"), c = slide("4 3 2 1");
    CHECK(rank_correlation(a, b) == doctest::Approx(1));
    CHECK(rank_correlation(a, c) == doctest::Approx(-1));
    CHECK(rank_correlation(a, slide("5 5 5 5")) == 0);
    // Ranks 0.5 0.5 2 3 against 0 1 2 3.
    CHECK(rank_correlation(a, slide("7 7 8 9")) == doctest::Approx(4.5 / std::sqrt(5 * 4.5)));
    CHECK(error_of([&] { rank_correlation(a, slide("1 2")); }).find("one shape") != std::string::npos);
}

TEST_CASE("s-27: of a linear score saliency does not move under noise, and a map of nothing neither") {
    const Sums s;
    CHECK(sensitivity(method("saliency"), s.question()) == 0);
    Question other = s.question();
    other.label = 1;
    CHECK(sensitivity(method("saliency"), other) == 0);
    const auto e = averaging_net(8);
    const Tensor picture = normal_numbers(e->net.image.shape());
    const double moved = sensitivity(method("saliency"), {e->net, e->weights, picture, 1}, 0.5);
    CHECK(moved > 0);
    CHECK(std::isfinite(moved));
}

TEST_CASE("s-27: weights are drawn anew from the top, layer by layer") {
    const auto e = averaging_net();
    CHECK(layers_that_learn(e->graph) == 2);
    CHECK(randomised(e->graph, e->weights, 0, 1) == e->weights);
    const Weights top = randomised(e->graph, e->weights, 1, 1), all = randomised(e->graph, e->weights, 2, 1);
    CHECK(top["conv.weight"] == e->weights["conv.weight"]);
    CHECK(!(top["fc.weight"] == e->weights["fc.weight"]));
    CHECK(!(all["conv.weight"] == e->weights["conv.weight"]));
    CHECK(all == initialise(e->graph, 1));
    CHECK(error_of([&] { randomised(e->graph, e->weights, 3, 1); }).find("2 learn") != std::string::npos);
}

TEST_CASE(
    "s-27: on held-out scenes and grids Grad-CAM points at the garment nine times of ten, far from chance") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const auto e = trained_finder(72);
    const Gallery pictures = gallery(fashion_mnist(Part::test), e->weights, 60);
    const Scores cam = scores_of(method("grad-cam"), e->weights, pictures, 0);
    const Scores blind = chance(e->weights, pictures, 0);
    CHECK(cam.pointing >= 0.9);
    CHECK(cam.grid_pointing >= 0.9);
    CHECK(cam.energy >= 5 * blind.energy);
    CHECK(cam.grid >= 2.5 * blind.grid);
    CHECK(cam.large_grid >= 3 * blind.large_grid);
    // Of random weights, it finds no cell; in scenes it still prefers what is bright to the black background.
    CHECK(std::abs(cam.random_grid - blind.grid) <= 0.08);
    CHECK(cam.random_pointing <= 0.5);
}

// [bright]
TEST_CASE(
    "s-27: a random network points at garments as often as a bright pixel drawn by chance lies in one") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const auto e = trained_finder(72);
    const Gallery pictures = gallery(fashion_mnist(Part::test), e->weights, 60);
    const Scores cam = scores_of(method("grad-cam"), e->weights, pictures, 0);
    const double area = chance(e->weights, pictures, 0).pointing, bright = bright_chance(pictures);
    CAPTURE(cam.random_pointing);
    CAPTURE(area);
    CAPTURE(bright);
    // The canvas is black, so light alone leads to a garment more often than a box's area says.
    CHECK(bright >= 1.5 * area);
    CHECK(std::abs(cam.random_pointing - bright) <= 0.12);
    // It is no preference for the middle: asked for the garments of the next scene it falls to their area.
    Gallery shifted = pictures;
    for (std::size_t k = 0; k < shifted.scenes.size(); ++k)
        shifted.scenes[k].garments = pictures.scenes[(k + 1) % pictures.scenes.size()].garments;
    const Scores elsewhere = scores_of(method("grad-cam"), e->weights, shifted, 0);
    CAPTURE(elsewhere.random_pointing);
    CHECK(std::abs(elsewhere.random_pointing - area) <= 0.08);
}
// [bright]

TEST_SUITE_END();
