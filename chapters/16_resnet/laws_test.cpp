// What batch normalisation, addition and the shortcut without weights obey, whatever the map.
#include <cmath>

#include "batch_norm.hpp"
#include "common/graph/session.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "resnet.hpp"

using namespace cnn;

namespace {

/// A map, moments of its own, and what the normalisation is told.
struct Problem {
    Tensor x, weight, bias;
    Moments moments;
    explicit Problem(const Shape& shape)
        : x(normal_numbers(shape)),
          weight(normal_numbers({.c = shape.c}, 2)),
          bias(normal_numbers({.c = shape.c}, 3)),
          moments(naive::moments(x)) {}
    Affine affine() const { return {weight, bias}; }
};

const Shape shapes[] = {{1, 1, 2, 1},
                        {3, 4, 5, 3},
                        {2, 7, 9, simd::lanes - 1},
                        {2, 3, 3, simd::lanes + 1},
                        {1, 70, 80, 2},
                        {2, 1, 3, 5000},
                        {0, 4, 4, 3},
                        {2, 3, 4, 0}};

}  // namespace

TEST_SUITE_BEGIN("16 resnet");

TEST_CASE("s-20: optimized batch normalisation is naive to a few roundings, forward and back") {
    for (const Shape& shape : shapes) {
        CAPTURE(shape);
        const Problem p(shape);
        const Moments moments = optimized::moments(p.x);
        CHECK(largest_difference(moments.mean, p.moments.mean) <= 1e-6);
        CHECK(largest_difference(moments.variance, p.moments.variance) <= 2e-6);
        CHECK(largest_difference(optimized::batch_norm(p.x, p.moments, p.affine(), 1e-5),
                                 naive::batch_norm(p.x, p.moments, p.affine(), 1e-5)) <= 1e-5);
        const Tensor dy = normal_numbers(shape, 4);
        for (const bool of_batch : {false, true}) {
            const auto ours = optimized::batch_norm_backward(dy, p.x, p.moments, p.weight, 1e-5, of_batch);
            const auto theirs = naive::batch_norm_backward(dy, p.x, p.moments, p.weight, 1e-5, of_batch);
            CHECK(largest_difference(ours.x, theirs.x) <= 1e-4);
            CHECK(largest_difference(ours.weight, theirs.weight) <= 1e-4);
            CHECK(largest_difference(ours.bias, theirs.bias) <= 1e-4);
        }
    }
}

TEST_CASE_TEMPLATE("s-20: a normalised batch has mean 0 and variance 1 in every channel", Implementation,
                   Naive, Optimized) {
    const auto moments = pick<Implementation>(naive::moments, optimized::moments);
    const auto batch_norm = pick<Implementation>(naive::batch_norm, optimized::batch_norm);
    Tensor x = normal_numbers({4, 9, 9, 5}), ones(Shape{.c = 5}), zeros(Shape{.c = 5});
    fill(ones, 1);
    for (real& value : x.flat()) value = 1000 + 3 * value;  // far from zero: squares alone would not do
    const Moments after = moments(batch_norm(x, moments(x), {ones, zeros}, 1e-5));
    for (int c = 0; c < 5; ++c) {
        CHECK(std::abs(double(after.mean(0, 0, 0, c))) < 1e-3);
        CHECK(std::abs(double(after.variance(0, 0, 0, c)) - 1) < 1e-3);
    }
}

TEST_CASE("s-20: the mean of twenty million ones is one and their variance nothing") {
    Tensor x({.n = 1, .h = 4000, .w = 5000, .c = 1});
    fill(x, 1);
    const Moments moments = optimized::moments(x);
    CHECK(moments.mean(0, 0, 0, 0) == 1);
    CHECK(moments.variance(0, 0, 0, 0) == 0);
}

TEST_CASE("s-20: slices of channels and every second pixel are normalised like their copies") {
    const Tensor x = normal_numbers({2, 6, 8, 7});
    const View part = View(x).channels(2, 3).strided(2);
    const Problem p(part.shape);
    const Moments moments = optimized::moments(part);
    CHECK(largest_difference(moments.mean, naive::moments(Tensor(part)).mean) <= 1e-6);
    CHECK(optimized::batch_norm(part, moments, p.affine(), 1e-5) ==
          optimized::batch_norm(Tensor(part), moments, p.affine(), 1e-5));
    const Tensor dy = normal_numbers(part.shape, 5);
    CHECK(optimized::batch_norm_backward(dy, part, moments, p.weight, 1e-5, true).x ==
          optimized::batch_norm_backward(dy, Tensor(part), moments, p.weight, 1e-5, true).x);
}

TEST_CASE("s-20: one thread and two give the same moments and gradients") {
    const Problem p({3, 19, 23, 34});
    const Tensor dy = normal_numbers(p.x.shape(), 4);
    const ThreadCount restored;
    set_threads(1);
    const Moments one = optimized::moments(p.x);
    const Tensor dx = optimized::batch_norm_backward(dy, p.x, one, p.weight, 1e-5, true).x;
    set_threads(2);
    const Moments two = optimized::moments(p.x);
    CHECK(one.mean == two.mean);
    CHECK(one.variance == two.variance);
    CHECK(optimized::batch_norm_backward(dy, p.x, two, p.weight, 1e-5, true).x == dx);
}

TEST_CASE_TEMPLATE("s-20: training leaves running averages behind, the variance of one pixel less",
                   Implementation, Naive, Optimized) {
    const Kernels kernels = std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized;
    Graph net;
    const Node image = net.input({.w = 2});
    const Node y = batch_norm(image, {}, "bn");
    Weights weights = initialise(net, 1);
    const Tensor x = slide("1 3"), pair = slide("5 5");
    // One batch of two pixels, 1 and 3: mean 2, variance 1, of one pixel less 2.
    const Activations maps = run(net, weights, {{image, x}}, {y}, {kernels, true});
    CHECK(maps[y](0, 0, 0, 0) == doctest::Approx(-1).epsilon(1e-4));
    update_statistics(net, maps, weights);
    CHECK(weights["bn.running_mean"](0, 0, 0, 0) == doctest::Approx(0.2));
    CHECK(weights["bn.running_var"](0, 0, 0, 0) == doctest::Approx(0.9 + 0.2));
    // In inference they are what counts, and nothing moves.
    const Activations later = run(net, weights, {{image, pair}}, {y}, {kernels, false});
    CHECK(later[y](0, 0, 0, 0) == doctest::Approx(4.8 / std::sqrt(1.1)).epsilon(1e-4));
    update_statistics(net, later, weights);
    CHECK(weights["bn.running_mean"](0, 0, 0, 0) == doctest::Approx(0.2));
}

TEST_CASE("s-20: one pixel a channel has no variance to train with, and wrong shapes are refused") {
    Graph net;
    const Node image = net.input({.c = 3});
    const Node y = batch_norm(image, {}, "bn");
    const Weights weights = initialise(net, 1);
    const Tensor x({.c = 3}), short_bias({.c = 2});
    CHECK(error_of([&] {
              run(net, weights, {{image, x}}, {y}, {Kernels::optimized, true});
          }) ==
          "batch_norm: a batch of one pixel a channel has no variance; train with larger batches or images");
    for (const auto normalise : {naive::batch_norm, optimized::batch_norm})
        CHECK(error_of([&] {
                  normalise(x, {Tensor({.c = 3}), Tensor({.c = 3})}, {x, short_bias}, 1e-5);
              }) == "batch_norm: the bias is 1x1x1x2; 3 channels need 1x1x1x3");
    CHECK(error_of([&] { batch_norm(image, {.epsilon = 0}); }) ==
          "batch_norm: epsilon is 0; it must be above 0");
    CHECK(error_of([&] { add(image, net.input({.c = 4}, "other"), "sum"); }) ==
          "sum: add: the maps are 1x1x1x3 and 1x1x1x4; they must have one shape");
    CHECK(error_of([&] { padded_shortcut(image, 2, 1, "short"); }) ==
          "short: padded_shortcut: 2 channels out of 3; there must be at least as many");
}

TEST_CASE("s-20: the shortcut without weights takes every second pixel and puts zeros around the channels") {
    Graph net;
    const Node image = net.input({.h = 3, .w = 4, .c = 2});
    const Node y = padded_shortcut(image, 5, 2);
    const Tensor x = small_integers({2, 3, 4, 2});
    const Tensor maps = run(net, {}, {{image, x}}, {y})[y];
    CHECK(maps.shape() == Shape{2, 2, 2, 5});
    for (int n = 0; n < 2; ++n)
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j)
                for (int c = 0; c < 5; ++c)
                    CHECK(maps(n, i, j, c) == (c == 1 || c == 2 ? x(n, 2 * i, 2 * j, c - 1) : real{0}));
}

TEST_CASE("s-20: folded into filters the normalisation gives the same logits to a few roundings") {
    for (ResNet net : {resnet18(), resnet50()}) {
        net.input = 64;
        net.classes = 10;
        Graph graph, folded;
        const Classifier plain = resnet(graph, net);
        net.folded = true;
        const Classifier fused = resnet(folded, net);
        const Weights weights = golden_weights(graph), fewer = fold(graph, weights);
        const Tensor x = normal_numbers(plain.image.shape());
        const Tensor y = run(graph, weights, {{plain.image, x}}, {plain.logits})[plain.logits];
        double largest = 0;
        for (const real value : y.flat()) largest = std::max(largest, std::abs(double(value)));
        Session session(folded, fewer, {{fused.image, x.shape()}}, {fused.logits});
        CHECK(largest_difference(session.run({{fused.image, x}})[0], y) <= 1e-4 * largest);
        CHECK(folded.entries().size() * 2 < graph.entries().size() + 10);
    }
}

TEST_SUITE_END();
