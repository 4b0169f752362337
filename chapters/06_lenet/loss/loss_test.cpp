// Softmax and the loss: optimized is naive, the fused loss survives what the naive one does not, and what
// else libraries ask of it.
#include "loss/loss.hpp"

#include <cmath>
#include <limits>

#include "common/graph/run.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

constexpr real not_a_number = std::numeric_limits<real>::quiet_NaN();
constexpr real infinity = std::numeric_limits<real>::infinity();

Tensor some_labels(Shape shape, int classes) {
    Tensor labels(shape);
    Random random(3);
    for (real& label : labels.flat()) label = real(random.below(classes));
    return labels;
}

Tensor list(const std::vector<real>& numbers) {
    Tensor t({.n = int(numbers.size())});
    std::ranges::copy(numbers, t.flat().begin());
    return t;
}

double value(const Tensor& loss) { return double(loss(0, 0, 0, 0)); }

using Loss = Tensor (*)(View, View, const CrossEntropy&);
constexpr Loss losses[] = {naive::cross_entropy, optimized::cross_entropy};

}  // namespace

TEST_SUITE_BEGIN("06 lenet");

TEST_CASE("s-10: softmax and both losses agree within a few roundings of their exponentials") {
    const double bound = 1e-6;
    for (const Shape& shape :
         {Shape{.n = 5, .c = 10}, Shape{.n = 2, .h = 40, .w = 30, .c = 3}, Shape{.c = 1}}) {
        const Tensor z = normal_numbers(shape), labels = some_labels({shape.n, shape.h, shape.w, 1}, shape.c);
        CHECK(largest_difference(optimized::softmax(z), naive::softmax(z)) <= bound);
        const Tensor p = naive::softmax(z), dp = normal_numbers(shape, 2);
        CHECK(largest_difference(optimized::softmax_backward(dp, p), naive::softmax_backward(dp, p)) <=
              bound);
        CHECK(optimized::softmax_cross_entropy(z, labels) ==
              doctest::Approx(naive::softmax_cross_entropy(z, labels)).epsilon(1e-5));
        CHECK(largest_difference(optimized::softmax_cross_entropy_backward(z, labels),
                                 naive::softmax_cross_entropy_backward(z, labels)) <= bound);
    }
}

// [survives]
TEST_CASE("s-10: where the naive loss takes the logarithm of zero the fused one is right") {
    Tensor z({.c = 2}), labels(Shape{});
    z(0, 0, 0, 1) = 200;  // the truth, class 0, trails by 200: its probability is below the smallest float
    CHECK(naive::softmax(z)(0, 0, 0, 0) == 0);
    CHECK(naive::softmax_cross_entropy(z, labels) == std::numeric_limits<real>::infinity());
    CHECK(optimized::softmax_cross_entropy(z, labels) == 200);
    CHECK(optimized::softmax_cross_entropy_backward(z, labels)(0, 0, 0, 0) == -1);
}
// [survives]

TEST_CASE("s-10: softmax does not overflow, and a NaN stays to be seen") {
    Tensor z({.c = 3});
    z(0, 0, 0, 0) = 1000;
    z(0, 0, 0, 1) = 1000;
    for (const auto softmax : {naive::softmax, optimized::softmax}) {
        CHECK(softmax(z)(0, 0, 0, 0) == 0.5);
        Tensor broken = z;
        broken(0, 0, 0, 2) = std::numeric_limits<real>::quiet_NaN();
        CHECK(std::isnan(softmax(broken)(0, 0, 0, 0)));
    }
}

TEST_CASE("s-10: one thread and three give the same bits of the loss and its gradient") {
    const Tensor z = normal_numbers({.n = 8, .h = 20, .w = 20, .c = 10});
    const Tensor labels = some_labels({8, 20, 20, 1}, 10);
    const auto both = [&] {
        return std::pair(optimized::softmax_cross_entropy(z, labels),
                         optimized::softmax_cross_entropy_backward(z, labels));
    };
    std::vector<std::pair<real, Tensor>> results;
    for (const int count : {1, 3}) {
        const ThreadCount restored(count);
        results.push_back(both());
    }
    CHECK(results[0] == results[1]);
}

TEST_CASE("s-10: the mean over 720000 positions is exact to a rounding") {
    // Every position's loss is the same number, so the mean is that number.
    const Tensor z({.n = 2, .h = 600, .w = 600, .c = 3}), labels({2, 600, 600, 1});
    for (const auto loss : {naive::softmax_cross_entropy, optimized::softmax_cross_entropy})
        CHECK(std::abs(double(loss(z, labels)) - std::log(3.0)) <= 2e-7);
    for (const Loss loss : losses) CHECK(std::abs(value(loss(z, labels, {})) - std::log(3.0)) <= 2e-7);
}

TEST_CASE("s-10: class weights, an ignored label and the three reductions mean what they mean in ONNX") {
    // Probabilities 1/4 and 3/4, 1/2 and 1/2, 4/5 and 1/5; the fourth position is ignored.
    Tensor z({.n = 4, .c = 2});
    z(0, 0, 0, 1) = std::log(real(3));
    z(2, 0, 0, 0) = std::log(real(4));
    const Tensor labels = list({0, 1, 0, -1});
    const double a = std::log(4.0), b = std::log(2.0), c = std::log(1.25);
    const std::vector<real> weights = {2, 5};
    for (const Loss loss : losses) {
        const Tensor each = loss(z, labels, {Reduction::none, -1, {}});
        REQUIRE(each.shape() == labels.shape());
        const double expected[] = {a, b, c, 0};
        for (int n = 0; n < 4; ++n) CHECK(std::abs(double(each(n, 0, 0, 0)) - expected[n]) <= 1e-6);
        CHECK(std::abs(value(loss(z, labels, {Reduction::sum, -1, {}})) - (a + b + c)) <= 1e-6);
        CHECK(std::abs(value(loss(z, labels, {Reduction::mean, -1, {}})) - (a + b + c) / 3) <= 1e-6);
        // The weighted mean is over the weights of what counts: 2 + 5 + 2.
        CHECK(std::abs(value(loss(z, labels, {Reduction::sum, -1, weights})) - (2 * a + 5 * b + 2 * c)) <=
              1e-6);
        CHECK(std::abs(value(loss(z, labels, {Reduction::mean, -1, weights})) -
                       (2 * a + 5 * b + 2 * c) / 9) <= 1e-6);
        // A class may be the one that is ignored: only the second position counts.
        CHECK(std::abs(value(loss(z, list({0, 1, 0, 0}), {Reduction::mean, 0, weights})) - b) <= 1e-6);
    }
}

TEST_CASE("s-10: three losses of the ONNX node tests") {
    Tensor z({.n = 3, .c = 5});
    const double logits[] = {0.5488135,  0.71518934, 0.60276335, 0.5448832,  0.4236548,
                             0.6458941,  0.4375872,  0.891773,   0.96366274, 0.3834415,
                             0.79172504, 0.5288949,  0.56804454, 0.92559665, 0.07103606};
    std::ranges::transform(logits, z.flat().begin(), [](double v) { return real(v); });
    const std::vector<real> weights = {real(0.9), real(0.7), real(0.8), real(0.9), real(0.9)};
    for (const Loss loss : losses) {
        const auto close = [&](const Tensor& labels, const CrossEntropy& how, double expected) {
            CHECK(std::abs(value(loss(z, labels, how)) - expected) <= 3e-7);
        };
        close(list({1, 4, 3}), {.class_weights = weights}, 1.5690333);               // sce_mean_weight
        close(list({0, 4, 3}), {.ignored = 0, .class_weights = weights}, 1.609188);  // ..._weight_ii
        close(list({2, 4, 3}), {.ignored = 2}, 1.6091878);                           // ..._no_weight_ii
    }
}

TEST_CASE("s-10: without options the loss is the slide's, and its gradient too") {
    const Tensor z = normal_numbers({.n = 3, .h = 4, .w = 5, .c = 6}), labels = some_labels({3, 4, 5, 1}, 6);
    Tensor one(Shape{});
    fill(one, 1);
    CHECK(naive::cross_entropy(z, labels, {})(0, 0, 0, 0) == naive::softmax_cross_entropy(z, labels));
    CHECK(largest_difference(naive::cross_entropy_backward(one, z, labels, {}),
                             naive::softmax_cross_entropy_backward(z, labels)) <= 1e-8);
    // And where positions count differently, both implementations do the same.
    const CrossEntropy asked{Reduction::none, 2, {1, 2, 3, 4, 5, 6}};
    const Tensor dloss = normal_numbers(labels.shape(), 2);
    CHECK(largest_difference(naive::cross_entropy(z, labels, asked),
                             optimized::cross_entropy(z, labels, asked)) <= 1e-5);
    CHECK(largest_difference(naive::cross_entropy_backward(dloss, z, labels, asked),
                             optimized::cross_entropy_backward(dloss, z, labels, asked)) <= 1e-5);
}

TEST_CASE("s-10: the logarithm of softmax is right where the probability has vanished") {
    Tensor z({.c = 2});
    z(0, 0, 0, 1) = 200;
    for (const auto log_softmax : {naive::log_softmax, optimized::log_softmax}) {
        CHECK(log_softmax(z)(0, 0, 0, 0) == -200);
        CHECK(log_softmax(z)(0, 0, 0, 1) == 0);
        const Tensor some = normal_numbers({.n = 2, .h = 30, .w = 50, .c = 7});
        const Tensor l = log_softmax(some), p = naive::softmax(some);
        double worst = 0;
        for (std::size_t i = 0; i < p.flat().size(); ++i)
            worst = std::max(worst, std::abs(double(l.flat()[i]) - std::log(double(p.flat()[i]))));
        CHECK(worst <= 2e-6);
    }
    const Tensor l = naive::log_softmax(normal_numbers({.n = 3, .c = 9})), dl = normal_numbers(l.shape(), 2);
    CHECK(largest_difference(optimized::log_softmax_backward(dl, l), naive::log_softmax_backward(dl, l)) <=
          2e-6);
}

TEST_CASE("s-10: a NaN or an infinity among the logits spoils its own position and the loss, wherever") {
    for (const real bad : {not_a_number, infinity})
        for (int k = 0; k < 3; ++k) {
            CAPTURE(bad);
            CAPTURE(k);
            Tensor z({.n = 2, .c = 3}), labels({.n = 2});
            z(1, 0, 0, k) = bad;
            for (const auto of :
                 {naive::softmax, optimized::softmax, naive::log_softmax, optimized::log_softmax}) {
                const Tensor y = of(z);
                CHECK_FALSE(std::isnan(y(0, 0, 0, 0)));
                CHECK(std::isnan(y(1, 0, 0, 0)) >= std::isnan(bad));
                CHECK(std::isnan(y(1, 0, 0, k)));
            }
            for (const Loss loss : losses) {
                labels(1, 0, 0, 0) = real(k);
                CHECK(std::isnan(loss(z, labels, {})(0, 0, 0, 0)));
            }
            for (const auto backward :
                 {naive::softmax_cross_entropy_backward, optimized::softmax_cross_entropy_backward}) {
                const Tensor dz = backward(z, labels);
                CHECK_FALSE(std::isnan(dz(0, 0, 0, 0)));
                CHECK(std::isnan(dz(1, 0, 0, k)));
            }
        }
    Tensor z({.c = 2});
    z(0, 0, 0, 0) = -infinity;
    for (const auto softmax : {naive::softmax, optimized::softmax}) {
        CHECK(softmax(z)(0, 0, 0, 0) == 0);
        CHECK(softmax(z)(0, 0, 0, 1) == 1);
    }
}

TEST_CASE(
    "s-10: the mean over no positions is NaN, over ignored ones too, and the gradient is zero or empty") {
    Tensor one(Shape{});
    fill(one, 1);
    const Tensor nothing(Shape{0, 1, 1, 3}), no_labels(Shape{0, 1, 1, 1}), z = normal_numbers({.c = 3});
    for (const Loss loss : losses) {
        CHECK(std::isnan(loss(nothing, no_labels, {})(0, 0, 0, 0)));
        CHECK(value(loss(nothing, no_labels, {.reduction = Reduction::sum})) == 0);
        CHECK(std::isnan(loss(z, Tensor(Shape{}), {.ignored = 0})(0, 0, 0, 0)));
    }
    for (const auto backward : {naive::cross_entropy_backward, optimized::cross_entropy_backward}) {
        CHECK(backward(one, nothing, no_labels, {}).shape() == nothing.shape());
        CHECK(backward(one, z, Tensor(Shape{}), {.ignored = 0}) == Tensor(z.shape()));
    }
    for (const auto softmax :
         {naive::softmax, optimized::softmax, naive::log_softmax, optimized::log_softmax})
        CHECK(softmax(nothing).shape() == nothing.shape());
}

TEST_SUITE_END();
