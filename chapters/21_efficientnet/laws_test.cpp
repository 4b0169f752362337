// What sigmoid, SiLU, gate and stochastic depth obey.
#include <cmath>
#include <limits>

#include "common/graph/run.hpp"
#include "common/graph/session.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "gate.hpp"
#include "silu.hpp"
#include "stochastic_depth.hpp"

using namespace cnn;

namespace {

constexpr double u = std::numeric_limits<real>::epsilon() / 2;

/// The largest |y - truth| / |truth|; infinity for a NaN.
template <class Truth>
double relative_error(const Tensor& x, const Tensor& y, const Truth& truth) {
    double largest = 0;
    for (std::size_t i = 0; i < x.flat().size(); ++i) {
        const double exact = truth(double(x.flat()[i]));
        const double error = std::abs(double(y.flat()[i]) - exact);
        if (!(error <= largest * std::abs(exact))) largest = error / std::abs(exact);
        if (std::isnan(largest)) return std::numeric_limits<double>::infinity();
    }
    return largest;
}

}  // namespace

TEST_SUITE_BEGIN("21 efficientnet");

// [bound]
TEST_CASE_TEMPLATE("s-21: sigmoid and SiLU are right to five units of 2^-24 from -86 to 100", Implementation,
                   Naive, Optimized) {
    Tensor x({.h = 300, .w = 331, .c = 7});
    Random random(21);
    for (real& number : x.flat()) number = real(random.uniform(-86, 100));
    for (std::size_t i = 0; i < 300'000; ++i) x.flat()[i] /= 16;
    const Tensor gates = pick<Implementation>(naive::sigmoid, optimized::sigmoid)(x),
                 activations = pick<Implementation>(naive::silu, optimized::silu)(x);
    CHECK(relative_error(x, gates, [](double v) { return 1 / (1 + std::exp(-v)); }) <= 5 * u);
    CHECK(relative_error(x, activations, [](double v) { return v / (1 + std::exp(-v)); }) <= 5 * u);
}
// [bound]

TEST_CASE_TEMPLATE("s-21: far out the sigmoid is 0 or 1 and SiLU is 0 or x and a NaN stays", Implementation,
                   Naive, Optimized) {
    const real huge = std::numeric_limits<real>::max(), infinite = std::numeric_limits<real>::infinity();
    Tensor x(Shape{.w = 6});
    const real numbers[] = {-huge, -1000, 0, 1000, huge, NAN};
    std::ranges::copy(numbers, x.flat().begin());
    const Tensor s = pick<Implementation>(naive::sigmoid, optimized::sigmoid)(x),
                 y = pick<Implementation>(naive::silu, optimized::silu)(x);
    const real gates[] = {0, 0, 0.5, 1, 1}, activations[] = {0, 0, 0, 1000, huge};
    CHECK(std::ranges::equal(s.flat().first(5), gates));
    CHECK(std::ranges::equal(y.flat().first(5), activations));
    CHECK(std::isnan(s(0, 0, 5, 0)));
    CHECK(std::isnan(y(0, 0, 5, 0)));
    Tensor end(Shape{.c = 2});
    end(0, 0, 0, 0) = infinite, end(0, 0, 0, 1) = -infinite;
    const Tensor at = pick<Implementation>(naive::sigmoid, optimized::sigmoid)(end);
    CHECK(at(0, 0, 0, 0) == 1);
    CHECK(at(0, 0, 0, 1) == 0);
}

TEST_CASE("s-21: SiLU's one minimum is -0.2785 at -1.2785 and it ends in the ReLU on both sides") {
    Tensor x({.w = 4});
    const real numbers[] = {real(-1.27846454), -40, 40, 0};
    std::ranges::copy(numbers, x.flat().begin());
    Tensor ones(x.shape());
    fill(ones, 1);
    for (const auto& [f, slope] :
         {std::pair{&naive::silu, &naive::silu_backward}, {&optimized::silu, &optimized::silu_backward}}) {
        const Tensor y = f(x), d = slope(ones, x);
        CHECK(y(0, 0, 0, 0) == doctest::Approx(-0.27846454).epsilon(1e-6));
        CHECK(std::abs(double(d(0, 0, 0, 0))) <= 1e-6);
        CHECK(std::abs(double(y(0, 0, 1, 0))) <= 1e-15);
        CHECK(y(0, 0, 2, 0) == 40);
        CHECK(d(0, 0, 3, 0) == doctest::Approx(0.5));
    }
}

TEST_CASE("s-21: slopes of naive and optimized agree to a few units also of slices and every second pixel") {
    const Tensor wide = normal_numbers({2, 9, 10, 45}), gradients = normal_numbers({2, 9, 10, 45}, 2);
    for (const int count : {1, 15, 16, 17, 40}) {
        const View x = View(wide).channels(3, count).strided(2),
                   dy = View(gradients).channels(1, count).strided(2);
        CAPTURE(count);
        CHECK(largest_difference(optimized::silu(x), naive::silu(x)) <= 16 * u);
        CHECK(largest_difference(optimized::silu_backward(dy, x), naive::silu_backward(dy, x)) <= 64 * u);
        CHECK(largest_difference(optimized::sigmoid_backward(dy, x), naive::sigmoid_backward(dy, x)) <=
              256 * u);
    }
}

// [gate]
TEST_CASE("s-21: on small integers the optimized gate and its gradients are the naive ones to the last bit") {
    for (const int channels : {1, 5, 15, 16, 17, 64, 67, 200}) {
        const Tensor wide = small_integers({3, 7, 5, channels + 3}),
                     s = small_integers({.n = 3, .c = channels}, 2);
        const View x = View(wide).channels(2, channels);
        const Tensor dy = small_integers({3, 7, 5, channels}, 3);
        CAPTURE(channels);
        CHECK(optimized::gate(x, s) == naive::gate(x, s));
        const GateGradients fast = optimized::gate_backward(dy, x, s), plain = naive::gate_backward(dy, x, s);
        CHECK(fast.x == plain.x);
        CHECK(fast.s == plain.s);
    }
}
// [gate]

TEST_CASE("s-21: each picture has gates of its own: 1 leaves a channel as it is and 0 closes it") {
    const Tensor x = small_integers({2, 3, 3, 4});
    Tensor s({.n = 2, .c = 4});
    for (int c = 0; c < 4; ++c) s(1, 0, 0, c) = 1;
    const Tensor y = optimized::gate(x, s);
    CHECK(Tensor(View(y).images(0, 1)) == Tensor({1, 3, 3, 4}));
    CHECK(Tensor(View(y).images(1, 1)) == Tensor(View(x).images(1, 1)));
}

// [depth]
TEST_CASE("s-21: stochastic depth drops whole pictures by the share p and keeps the mean") {
    Tensor ones({.n = 4000, .h = 2, .w = 3, .c = 5});
    fill(ones, 1);
    for (const double p : {0.0, 0.2, 0.75}) {
        const Tensor y = optimized::stochastic_depth(ones, p, 11);
        CHECK(y == naive::stochastic_depth(ones, p, 11));
        int dropped = 0;
        for (int n = 0; n < 4000; ++n) {
            const Tensor picture(View(y).images(n, 1));
            const auto zeros = std::ranges::count(picture.flat(), real{0});
            CHECK((zeros == 0 || zeros == 30));
            dropped += zeros == 30 ? 1 : 0;
        }
        CHECK(std::abs(dropped / 4000.0 - p) < 0.025);
        CHECK(std::abs(dot(y, ones) / double(ones.shape().size()) - 1) < 0.06);
    }
    CHECK(optimized::stochastic_depth(ones, 0.5, 1) != optimized::stochastic_depth(ones, 0.5, 2));
}
// [depth]

TEST_CASE("s-21: stochastic depth is only for training: otherwise a node is its input itself") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 2, .c = 3}), y = stochastic_depth(x, 0.5);
    const Tensor map = small_integers({8, 2, 2, 3});
    CHECK(run(graph, {}, {{x, map}}, {y})[y] == map);
    const Mode training{Kernels::optimized, true, 5};
    const Tensor dropped = run(graph, {}, {{x, map}}, {y}, training)[y];
    CHECK(dropped == run(graph, {}, {{x, map}}, {y}, {Kernels::naive, true, 5})[y]);
    CHECK(dropped != map);
    const auto same = graph.entry(y).operation->view_of(map, {});
    REQUIRE(same.has_value());
    CHECK(same->data == map.view().data);
    CHECK_FALSE(graph.entry(y).operation->view_of(map, training).has_value());
}

TEST_CASE("s-21: one thread and three give the same bits") {
    const Tensor x = normal_numbers({3, 40, 40, 37}), s = normal_numbers({.n = 3, .c = 37}, 2);
    const ThreadCount restored;
    set_threads(1);
    const Tensor silu = optimized::silu(x), dropped = optimized::stochastic_depth(x, 0.3, 1);
    const GateGradients gates = optimized::gate_backward(x, x, s);
    set_threads(3);
    CHECK(optimized::silu(x) == silu);
    CHECK(optimized::stochastic_depth(x, 0.3, 1) == dropped);
    CHECK(optimized::gate_backward(x, x, s).s == gates.s);
}

TEST_CASE("s-21: gates of another shape and a probability of 1 are refused") {
    const Tensor x({2, 3, 3, 4});
    for (const auto gate : {&naive::gate, &optimized::gate})
        CHECK(error_of([&] { gate(x, Tensor({.c = 4})); }) ==
              "gate: the gates are 1x1x1x4; a map of 2x3x3x4 needs 2x1x1x4");
    for (const auto drop : {&naive::stochastic_depth, &optimized::stochastic_depth})
        CHECK(error_of([&] { drop(x, 1, 0); }) ==
              "stochastic_depth: the probability is 1; it must be from 0 up to, not including, 1");
    CHECK(error_of([&] {
              naive::silu_backward(Tensor({2, 3, 3, 5}), x);
          }) == error_of([&] {
              optimized::silu_backward(Tensor({2, 3, 3, 5}), x);
          }));
}

TEST_SUITE_END();
