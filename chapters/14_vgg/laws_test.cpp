// What Winograd's convolution obeys, whatever the layer.
#include <cmath>

#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "winograd.hpp"

using namespace cnn;

namespace {

/// A layer, its maps, and what surrounds it.
struct Problem {
    Shape x;
    int filters;
    Sides padding;
    bool bias, residual;
    Activation activation;
};

std::ostream& operator<<(std::ostream& out, const Problem& p) {
    return out << "x " << p.x << ", filters " << p.filters << ", padding " << p.padding
               << (p.bias ? ", bias" : "") << (p.residual ? ", residual" : "") << ", activation "
               << int(p.activation);
}

Problem any_problem(Random& random) {
    const int widths[] = {1, 2, 3, simd::lanes - 1, simd::lanes, simd::lanes + 1, 4 * simd::lanes + 3};
    return {{1 + 2 * random.below(2), 3 + random.below(9), 3 + random.below(14), widths[random.below(7)]},
            widths[random.below(7)],
            random.below(4) == 0 ? Sides{random.below(3), random.below(3), random.below(3), random.below(3)}
                                 : Sides(random.below(2)),
            random.below(2) == 0,
            random.below(3) == 0,
            Activation(random.below(3))};
}

/// In double, by the definition.
std::vector<double> exact(View x, View w, const Sides& padding, const Epilogue& epilogue) {
    const Shape y = winograd_shape(x.shape, w.shape, padding);
    std::vector<double> all;
    for (int n = 0; n < y.n; ++n)
        for (int i = 0; i < y.h; ++i)
            for (int j = 0; j < y.w; ++j)
                for (int f = 0; f < y.c; ++f) {
                    double sum = epilogue.bias.empty() ? 0 : double(epilogue.bias(0, 0, 0, f));
                    if (!epilogue.residual.empty()) sum += double(epilogue.residual(n, i, j, f));
                    for (int m = 0; m < 3; ++m)
                        for (int l = 0; l < 3; ++l) {
                            const int row = i + m - padding.top, column = j + l - padding.left;
                            if (row < 0 || row >= x.shape.h || column < 0 || column >= x.shape.w) continue;
                            for (int c = 0; c < x.shape.c; ++c)
                                sum += double(x(n, row, column, c)) * double(w(m, l, c, f));
                        }
                    all.push_back(sum);
                }
    return all;
}

/// The largest error as a share of what the bound allows: at most 1, and a NaN is not.
double share_of_bound(const Tensor& y, const std::vector<double>& truth, const Tensor& bound) {
    double largest = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const double error = std::abs(double(y.flat()[i]) - truth[i]);
        const double share = error == 0 ? 0 : error / double(bound.flat()[i]);
        if (!(share <= largest)) largest = share;
        if (std::isnan(largest)) return largest;
    }
    return largest;
}

}  // namespace

TEST_SUITE_BEGIN("14 vgg");

// [exact]
TEST_CASE(
    "s-18: Winograd's convolution is the convolution: exactly so where every number on the way is whole") {
    const std::uint64_t seed = fuzz_seed("winograd", 14);
    Random random(seed);
    for (int round = 0; round < 300; ++round) {
        const Problem p = any_problem(random);
        CAPTURE(seed);
        CAPTURE(round);
        CAPTURE(p);
        // Filters of multiples of 576 = 24^2 have whole transforms.
        const int most = 1 + random.below(2);
        Tensor x(p.x), w({3, 3, p.x.c, p.filters});
        for (real& number : x.flat()) number = real(random.below(2 * most + 1) - most);
        for (real& number : w.flat()) number = real(576 * (random.below(3) - 1));
        const Shape y = winograd_shape(x.shape(), w.shape(), p.padding);
        const Tensor b = small_integers({.c = p.filters}, 3), residual = small_integers(y, 4);
        const Epilogue epilogue{p.bias ? View(b) : View(), p.residual ? View(residual) : View(),
                                p.activation};

        const Tensor naive = naive::winograd_conv2d(x, w, p.padding, epilogue);
        const Tensor optimized = optimized::winograd_conv2d(x, w, p.padding, epilogue);
        std::vector<double> truth = exact(x, w, p.padding, epilogue);
        for (double& number : truth) number = double(activated(real(number), p.activation));
        const Tensor bound = winograd_error_bound(x, w, p.padding, epilogue);
        const double units = double(*std::ranges::max_element(bound.flat())) / (p.x.c + 42);
        if (units < 1) {  // the sums of all magnitudes stay below 1 / u: whole numbers are exact
            CHECK(std::ranges::equal(naive.flat(), truth));
            CHECK(optimized == naive);
        }
        CHECK(share_of_bound(naive, truth, bound) <= 1);
        CHECK(share_of_bound(optimized, truth, bound) <= 1);
    }
}
// [exact]

// [error]
TEST_CASE(
    "s-18: on real numbers Winograd's convolution stays within its bound and the error is small beside it") {
    for (const int channels : {3, 64, 200}) {
        const Tensor x = normal_numbers({1, 10, 9, channels}), w = normal_numbers({3, 3, channels, 20}, 2);
        const std::vector<double> truth = exact(x, w, 1, {});
        const Tensor bound = winograd_error_bound(x, w, 1);
        CAPTURE(channels);
        CHECK(share_of_bound(naive::winograd_conv2d(x, w, 1), truth, bound) <= 0.05);
        CHECK(share_of_bound(optimized::winograd_conv2d(x, w, 1), truth, bound) <= 0.05);
    }
}
// [error]

TEST_CASE("s-18: a NaN reaches every output that sees it and no bound holds for it") {
    Tensor x = normal_numbers({1, 8, 8, 3});
    x(0, 4, 4, 1) = NAN;
    const Tensor w = normal_numbers({3, 3, 3, 5}, 2), y = optimized::winograd_conv2d(x, w, 1);
    for (int i = 3; i <= 5; ++i)
        for (int j = 3; j <= 5; ++j) CHECK(std::isnan(y(0, i, j, 2)));
    CHECK_FALSE(share_of_bound(y, exact(x, w, 1, {}), winograd_error_bound(x, w, 1)) <= 1);
}

TEST_CASE("s-18: one thread and three give Winograd's convolution the same bits") {
    const Tensor x = normal_numbers({3, 19, 23, 34}), w = normal_numbers({3, 3, 34, 150}, 2);
    const ThreadCount restored;
    set_threads(1);
    const Tensor y = optimized::winograd_conv2d(x, w, 1);
    set_threads(3);
    CHECK(optimized::winograd_conv2d(x, w, 1) == y);
}

TEST_CASE(
    "s-18: a layer prepared once serves many maps, also slices of channels, and leaves the neighbours "
    "alone") {
    const Tensor w = normal_numbers({3, 3, 5, 19}, 2), b = normal_numbers({.c = 19}, 3);
    const Shape shape{2, 6, 9, 5};
    const Epilogue epilogue{.bias = b, .activation = Activation::relu};
    const auto layer = optimized::prepared_winograd_conv2d(w, 1, epilogue, shape);
    Tensor wide({2, 6, 9, 22});
    for (std::uint64_t seed = 4; seed < 6; ++seed) {
        const Tensor more = normal_numbers({2, 6, 9, 8}, seed);
        const View x = View(more).channels(2, 5);
        layer(x, wide.view().channels(1, 19));
        CHECK(Tensor(View(wide).channels(1, 19)) == optimized::winograd_conv2d(Tensor(x), w, 1, epilogue));
    }
    CHECK(Tensor(View(wide).channels(0, 1)) == Tensor({2, 6, 9, 1}));
    CHECK(Tensor(View(wide).channels(20, 2)) == Tensor({2, 6, 9, 2}));
}

TEST_CASE("s-18: what Winograd's convolution cannot do is refused in one line that names the remedy") {
    for (const auto conv : {&naive::winograd_conv2d, &optimized::winograd_conv2d}) {
        CHECK(error_of([&] {
                  conv(Tensor({1, 6, 6, 4}), Tensor({5, 5, 4, 8}), 1, {});
              }) == "winograd: the filters are 5x5; it takes 3x3, and conv2d takes all others");
        const Tensor b({.c = 7});
        CHECK(error_of([&] {
                  conv(Tensor({1, 6, 6, 4}), Tensor({3, 3, 4, 8}), 1, {.bias = b});
              }) != "no error");
        CHECK(error_of([&] { conv(Tensor({1, 6, 6, 4}), Tensor({3, 3, 5, 8}), 1, {}); }) != "no error");
    }
    const Shape w{3, 3, 4, 8};
    CHECK(winograd_fits(w, {.padding = 1}));
    CHECK_FALSE(winograd_fits(w, {.stride = 2}));
    CHECK_FALSE(winograd_fits(w, {.groups = 2}));
    CHECK_FALSE(winograd_fits(w, {.padding = 1, .mode = PaddingMode::reflect}));
    CHECK_FALSE(winograd_fits({1, 3, 4, 8}, {}));
}

TEST_SUITE_END();
