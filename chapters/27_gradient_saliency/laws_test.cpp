// What holds of gradients on any network: on small integers to the last bit.
#include "explained_testing.hpp"
#include "saliency.hpp"

using namespace cnn;

namespace {

/// Without ReLU, so that the score is linear in the picture: strides, padding and an average on the way.
std::unique_ptr<Explainable> linear_net(int channels) {
    auto e = std::make_unique<Explainable>();
    const Node image = e->graph.input({.h = 8, .w = 8, .c = channels}, "image");
    const Node x = conv(image, {.filters = 3, .kernel = 3, .stride = 2, .padding = 1}, "conv");
    e->net = {image, {}, dense(avg_pool(x, {.kernel = 2}), 3, "fc"), {}};
    set_integers(*e);
    return e;
}

/// With ReLU and a maximum, and no bias anywhere.
std::unique_ptr<Explainable> homogeneous_net() {
    auto e = std::make_unique<Explainable>();
    const Node image = e->graph.input({.h = 8, .w = 8, .c = 2}, "image");
    const Node x = relu(conv(image, {.filters = 4, .kernel = 3, .padding = 1, .bias = false}, "conv"));
    e->net = {image, {}, dense(max_pool(x, {.kernel = 2}), 3, "fc"), {}};
    set_integers(*e);
    fill(e->weights["fc.bias"], 0);
    return e;
}

double product(const Tensor& a, const Tensor& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.flat().size(); ++i) sum += double(a.flat()[i]) * double(b.flat()[i]);
    return sum;
}

}  // namespace

TEST_SUITE_BEGIN("27 gradient_saliency");

TEST_CASE("s-25: on small integers nudged pixels and back-propagation agree to the last bit") {
    for (const int channels : {1, 3}) {
        const auto e = linear_net(channels);
        const Tensor picture = small_integers(e->net.image.shape(), 3);
        for (int label = 0; label < 3; ++label)
            CHECK(naive::gradient(e->net, e->weights, picture, label, 1) ==
                  optimized::gradient(e->net, e->weights, picture, label));
    }
}

TEST_CASE("s-25: the gradient of a sum of scores is the sum of their gradients") {
    const auto e = homogeneous_net();
    const Tensor picture = small_integers(e->net.image.shape(), 3);
    Tensor both = optimized::gradient(e->net, e->weights, picture, 0);
    add(optimized::gradient(e->net, e->weights, picture, 1), both);
    // Class 2 becomes the sum of classes 0 and 1.
    const MutableView w = e->weights["fc.weight"];
    copy(w.channels(0, 1), w.channels(2, 1));
    add(w.channels(1, 1), w.channels(2, 1));
    CHECK(optimized::gradient(e->net, e->weights, picture, 2) == both);
}

TEST_CASE("s-25: without biases the score is the gradient times the picture (S5)") {
    const auto e = homogeneous_net();
    const Tensor picture = small_integers(e->net.image.shape(), 3);
    const Tensor scores = logits(e->net, e->weights, picture);
    for (int label = 0; label < 3; ++label) {
        CHECK(scores(0, 0, 0, label) != 0);
        CHECK(product(optimized::gradient(e->net, e->weights, picture, label), picture) ==
              double(scores(0, 0, 0, label)));
    }
}

TEST_CASE(
    "s-25: of a linear score integrated gradients are the gradient times the way at any number of steps") {
    const auto e = linear_net(2);
    const Tensor picture = small_integers(e->net.image.shape(), 3);
    const Tensor w = optimized::gradient(e->net, e->weights, picture, 1);
    Tensor baseline = small_integers(e->net.image.shape(), 4);
    baseline(0, 5, 5, 1) = picture(0, 5, 5, 1);
    for (const int steps : {1, 4}) {
        const Tensor parts = integrated_gradients(e->net, e->weights, picture, baseline, 1, steps);
        for (std::size_t i = 0; i < parts.flat().size(); ++i)
            CHECK(parts.flat()[i] == (picture.flat()[i] - baseline.flat()[i]) * w.flat()[i]);
        CHECK(parts(0, 5, 5, 1) == 0);  // what did not change gets nothing
    }
    CHECK(smooth_gradient(e->net, e->weights, picture, 1, 3, 4) == w);  // whatever the noise
}

TEST_CASE("s-25: integrated gradients come nearer to being complete with every fourfold number of steps") {
    const auto e = shipped_lenet();
    Tensor picture = normal_numbers(e->net.image.shape(), 3);
    for (real& value : picture.flat()) value = real(0.5) + value / 4;
    const Tensor nothing(picture.shape());
    const double gained = double(logits(e->net, e->weights, picture)(0, 0, 0, 2)) -
                          double(logits(e->net, e->weights, nothing)(0, 0, 0, 2));
    const auto missing = [&](int steps) {
        double sum = 0;
        const Tensor parts = integrated_gradients(e->net, e->weights, picture, nothing, 2, steps);
        for (const real value : parts.flat()) sum += double(value);
        return std::abs(sum - gained);
    };
    CHECK(missing(256) < missing(4));
    CHECK(missing(256) <= 0.01 * std::abs(gained));
}

TEST_CASE("s-25: a gradient that is prepared once gives the same bits picture after picture") {
    const auto e = shipped_lenet();
    PictureGradient gradient(e->net, e->weights);
    for (const int seed : {3, 4}) {
        const Tensor picture = normal_numbers(e->net.image.shape(), seed);
        CHECK(gradient(picture, seed) == optimized::gradient(e->net, e->weights, picture, seed));
    }
    CHECK(error_of([&] { gradient(Tensor(e->net.image.shape()), 10); }) ==
          "saliency: there is no class 10; they are numbered 0 to 9");
}

TEST_SUITE_END();
