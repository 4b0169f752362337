// s-12: what the first layer's filters look like, and what units see, want and agree on at growing depth.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "oriented_wave.hpp"
#include "patches.hpp"
#include "pooling.hpp"
#include "trained_testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("s-12 learned filters");

// [best]
TEST_CASE_TEMPLATE("s-12: each channel has its strongest unit in each picture and equal ones stand in order",
                   Method, Naive, Optimized) {
    const auto strongest = pick<Method>(naive::strongest, optimized::strongest);
    Tensor maps({.n = 3, .h = 2, .w = 2, .c = 2});
    const char* const grids[] = {"1 9 \n 9 8", "3 3 \n 0 9", "0 0 \n 10 0"};
    for (int n = 0; n < 3; ++n) copy(slide(grids[n]), maps.view().images(n, 1).channels(0, 1));
    const auto best = strongest(stored(maps), 2).channels;
    // Nine stands three times and wins once: picture 0 shows it first, and one unit speaks for a picture.
    CHECK(best[0] == std::vector<Maximum>{{10, 2, 1, 0}, {9, 0, 0, 1}});
    CHECK(best[1] == std::vector<Maximum>{{0, 0, 0, 0}, {0, 1, 0, 0}});
}
// [best]

// [waves]
TEST_CASE("s-12: the first layer's filters look like edges and bars") {
    const Lenet lenet;
    const Tensor& filters = lenet.trained["conv1.weight"];
    Random random(12);
    double learned = 0, mixed = 0, drawn = 0;
    const int count = filters.shape().c, shuffles = 50;
    for (int f = 0; f < count; ++f) {
        const Tensor filter = one_filter(filters, f);
        learned += best_wave(filter).share / count;
        for (int s = 0; s < shuffles; ++s)
            mixed += best_wave(shuffled(filter, random)).share / (count * shuffles);
        drawn += best_wave(one_filter(lenet.untrained["conv1.weight"], f)).share / count;
    }
    // Of each filter's energy, one oriented wave holds so much on average: of the learned ones, of the same
    // weights in random order, of weights as training finds them.
    CHECK(learned >= 0.5);
    CHECK(mixed <= 0.35);
    CHECK(drawn <= 0.4);
}
// [waves]

TEST_CASE("s-12: a wave is found again with its angle and explains itself") {
    Tensor upright({.h = 5, .w = 5}), lying({.h = 5, .w = 5});
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j) {
            upright(0, i, j, 0) = real(j - 2);  // an edge: dark on the left, bright on the right
            lying(0, i, j, 0) = real(i == 2 ? 4 : -1);
        }
    CHECK(best_wave(upright).angle == 0);
    CHECK(best_wave(upright).share >= 0.9);
    CHECK(best_wave(lying).angle == 90);
    CHECK(best_wave(lying).share >= 0.7);
    const Wave again = best_wave(best_wave(upright).picture);
    CHECK(again.share == doctest::Approx(1).epsilon(1e-6));
    CHECK(best_wave(Tensor({.h = 3, .w = 3})).share == 1);
}

// [larger]
TEST_CASE("s-12: deeper units see larger parts of the picture") {
    Lenet lenet;
    std::vector<int> widths;
    for (const char* name : lenet_depths) {
        const Node node = lenet.graph[name];
        int widest = 0;
        for (const auto& best : lenet.best_five(lenet.trained, name).channels)
            for (const Maximum& unit : best) widest = std::max(widest, field_of(node, unit).columns.size());
        widths.push_back(widest);
    }
    CHECK(widths == std::vector{5, 14, 28, 28, 28});
}
// [larger]

// [selective]
TEST_CASE("s-12: the deeper a trained unit the more its best pictures agree on a class") {
    Lenet lenet;
    std::vector<double> trained, untrained;
    for (const char* name : lenet_depths) {
        trained.push_back(purity(lenet.best_five(lenet.trained, name), lenet.garments.labels));
        untrained.push_back(purity(lenet.best_five(lenet.untrained, name), lenet.garments.labels));
    }
    for (std::size_t depth = 1; depth < trained.size(); ++depth) CHECK(trained[depth] > trained[depth - 1]);
    CHECK(trained.back() - trained.front() >= 0.4);
    // Depth alone does not do it: without training the gain is less than half of that.
    CHECK(untrained.back() - untrained.front() <= 0.2);
}
// [selective]

TEST_CASE("s-12: a patch at the border is the field's part inside of the picture with grey around it") {
    Graph net;
    const Node image = net.input({.h = 6, .w = 6, .c = 3});
    const Node x = conv(image, {.filters = 1, .kernel = 3, .padding = 1});
    Tensor picture({.h = 6, .w = 6, .c = 3});
    fill(picture, 1);
    const Maximum corner{1, 0, 0, 5}, middle{1, 0, 2, 3};
    CHECK(field_of(x, corner) == Region{{0, 2}, {4, 6}});
    CHECK(field_of(x, middle) == Region{{1, 4}, {2, 5}});

    const Tensor cut = patch(picture, x, corner);
    CHECK(cut.shape() == Shape{.h = 3, .w = 3, .c = 3});
    CHECK(Tensor(cut.view().channels(1, 1)) == slide("0.5 0.5 0.5 \n 1 1 0.5 \n 1 1 0.5"));
    // A field longer than the picture is cut to what there is.
    const Node whole = conv(x, {.filters = 1, .kernel = 5, .padding = 2});
    CHECK(patch(picture, whole, corner).shape() == Shape{.h = 4, .w = 4, .c = 3});
}

TEST_CASE("s-12: filters are drawn around their zero") {
    Tensor grey({2, 2, 1, 1}), colour({1, 1, 3, 2});
    grey(0, 1, 0, 0) = -2;
    const Tensor blue = filter_pictures(grey).at(0);
    CHECK(blue(0, 0, 0, 0) == blue(0, 0, 0, 2));        // zero is white
    CHECK(blue(0, 0, 1, 0) < blue(0, 0, 1, 2));         // negative is blue
    colour(0, 0, 2, 1) = 3, colour(0, 0, 0, 1) = -1.5;  // likes blue, dislikes red
    CHECK(filter_pictures(colour).at(0)(0, 0, 0, 1) == real(0.5));
    CHECK(filter_pictures(colour).at(1)(0, 0, 0, 0) == real(0.25));
    CHECK(filter_pictures(colour).at(1)(0, 0, 0, 2) == 1);
    CHECK(error_of([] {
              filter_pictures(Tensor({3, 3, 16, 4}));
          }) == "learned filters: a filter of 16 channels is no picture; those of 1 or 3 channels are");
}

TEST_CASE("s-12: what to look at by depth is the last layer of each size that has weights") {
    Graph graph;
    std::vector<std::string> names;
    for (const Node& node : depths(lenet5(graph).logits)) names.push_back(node.name());
    CHECK(names == std::vector<std::string>{"relu1", "relu2", "fc3"});
    CHECK(first_filters(graph).name() == "conv1");
    Graph none;
    none.input({});
    CHECK(error_of([&] { first_filters(none); }) == "learned filters: the network has no convolution");
}

TEST_SUITE_END();
