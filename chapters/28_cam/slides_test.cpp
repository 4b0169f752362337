// s-26 in numbers.
#include "cam.hpp"
#include "common/files/safetensors.hpp"
#include "explained_testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("28 cam");

// [half pixel]
TEST_CASE_TEMPLATE("s-26: half-pixel upsampling gives what PyTorch gives (S8)", Implementation, Naive,
                   Optimized) {
    const auto upsample = pick<Implementation>(naive::upsample, optimized::upsample);
    CHECK(upsample(slide("6 7"), {1, 4}) == slide("6 6.25 6.75 7"));
    CHECK(upsample(slide("6 7\n 11 12"), 4) == slide(R"(  6     6.25  6.75  7
                                                          7.25  7.5   8     8.25
                                                          9.75 10    10.5  10.75
                                                         11    11.25 11.75 12 )"));
    CHECK(upsample(slide("6 7"), {1, 3}) == slide("6 6.5 7"));
    CHECK(upsample(slide("1 2 3 4"), {1, 2}) == slide("1.5 3.5"));
    CHECK(upsample(slide("5"), {2, 3}) == slide("5 5 5\n 5 5 5"));
    CHECK(error_of([&] { upsample(slide("5"), {0, 3}); }).find("at least 1x1") != std::string::npos);
}
// [half pixel]

// [slide]
TEST_CASE_TEMPLATE("s-26: the weights of the linear layer weigh the maps, one map a class", Implementation,
                   Naive, Optimized) {
    const auto cam = pick<Implementation>(naive::cam, optimized::cam);
    Tensor features({.h = 2, .w = 2, .c = 2});
    for (int p = 0; p < 4; ++p) {
        features(0, p / 2, p % 2, 0) = real(p);          // 0 1 / 2 3
        features(0, p / 2, p % 2, 1) = p == 0 ? 10 : 0;  // 10 0 / 0 0
    }
    Tensor w({1, 1, 2, 2});
    w(0, 0, 0, 0) = 1, w(0, 0, 1, 0) = -1;  // class 0: the first map less the second
    w(0, 0, 0, 1) = 2;                      // class 1: twice the first
    const Tensor maps = cam(features, w, {1, 0}, 2);
    CHECK(Tensor(maps.view().channels(0, 1)) == slide("0 2\n 4 6"));
    CHECK(Tensor(maps.view().channels(1, 1)) == slide("-10 1\n 2 3"));
}
// [slide]

// [identity]
TEST_CASE("s-26: the mean of a class's map and its bias are its score (S6 S7)") {
    const auto e = averaging_net();
    const Tensor picture = small_integers(e->net.image.shape(), 9);
    const Tensor scores = logits(e->net, e->weights, picture);
    const Tensor maps = class_activation_maps(e->net, e->weights, picture, {0, 1, 2});
    for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int p = 0; p < 64; ++p) sum += double(maps(0, p / 8, p % 8, c));
        const double bias = double(e->weights["fc.bias"](0, 0, 0, c));
        CHECK(std::abs(sum / 64 + bias - double(scores(0, 0, 0, c))) <= 1e-6 * std::abs(sum));
    }
}
// [identity]

TEST_CASE("s-26: a 1x1 convolution before the average makes the maps itself, as in SqueezeNet") {
    for (const bool rectified : {false, true}) {
        Explainable e;
        const Node image = e.graph.input({.h = 4, .w = 4, .c = 2}, "image");
        Node x = conv(image, {.filters = 3, .kernel = 1}, "classifier");
        if (rectified) x = relu(x, "relu");
        e.net = {image, {}, global_average_pool(x, "pooled"), {}};
        set_integers(e);
        const Tensor picture = small_integers(image.shape(), 2);
        // What is averaged is the map, so that its mean is the score: with a ReLU, behind it.
        CHECK(linear_end(e.net).features == x);
        const Tensor all = run(e.graph, e.weights, {{image, picture}}, {x})[x];
        const Tensor map = class_activation_maps(e.net, e.weights, picture, {2});
        CHECK(map == Tensor(all.view().channels(2, 1)));
        real sum = 0;
        for (const real value : map.flat()) sum += value;
        CHECK(sum / 16 == logits(e.net, e.weights, picture)(0, 0, 0, 2));
    }
}

TEST_CASE("s-26: a network without the end that class activation maps need is refused in one line") {
    const auto e = shipped_lenet();
    const std::string refusal =
        error_of([&] { class_activation_maps(e->net, e->weights, Tensor(e->net.image.shape()), {0}); });
    CHECK(refusal.find("does not end in global average pooling and one linear layer (\"fc3\"") !=
          std::string::npos);
    CHECK(refusal.find('\n') == std::string::npos);
    const auto good = averaging_net();
    CHECK(error_of([&] {
              class_activation_maps(good->net, good->weights, Tensor(good->net.image.shape()), {3});
          }) == "cam: there is no class 3; they are numbered 0 to 2");
}

TEST_SUITE_END();
