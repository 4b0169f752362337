// What no slide states but these features and their classifier obey.
#include <cmath>

#include "common/kernels/lanes.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "disturbances.hpp"
#include "linear_classifier.hpp"
#include "oriented_gradients.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("01 feature learning");

TEST_CASE("s-01: optimized gradients are naive gradients in 300 random layouts") {
    const std::uint64_t seed = fuzz_seed("oriented gradients", 2005);
    Random random(seed);
    CAPTURE(seed);
    const int widths[] = {0, 1, 3, simd::lanes - 1, simd::lanes, simd::lanes + 1};
    // Odd numbers of bins: no gradient of integers lies on a line between two of them.
    for (int trial = 0; trial < 300; ++trial) {
        const OrientedGradients feature{
            .cell = 1 + random.below(5), .block = 1 + random.below(3), .bins = 1 + 2 * random.below(8)};
        const int least = feature.cell * feature.block;
        const Tensor x = small_integers({1 + random.below(2 * simd::lanes + 2), least + random.below(4),
                                         least + widths[random.below(6)], random.below(2) == 0 ? 1 : 3},
                                        random.bits());
        CAPTURE(trial);
        CAPTURE(x.shape());
        CAPTURE(feature.cell);
        CAPTURE(feature.block);
        CAPTURE(feature.bins);
        // Before they are normalised they are the same bits; a product and a sum may be rounded once or
        // twice.
        REQUIRE(largest_difference(optimized::oriented_gradients(x, feature),
                                   naive::oriented_gradients(x, feature)) <= 1e-6);
    }
}

TEST_CASE("s-01: photographs' pixels and slices of maps are sorted as naive sorts them") {
    Tensor wide({19, 28, 28, 3});
    Random random(28);
    for (real& pixel : wide.flat()) pixel = real(random.below(256)) / 255;
    const View grey = View(wide).channels(1, 1);
    for (const int bins : {1, 7, 9, 17})
        CHECK(largest_difference(optimized::oriented_gradients(grey, {.bins = bins}),
                                 naive::oriented_gradients(grey, {.bins = bins})) <= 1e-6);
}

TEST_CASE("s-01: images move into lanes and back") {
    for (const int count : {1, simd::lanes - 1, simd::lanes})
        for (const int size : {1, simd::lanes - 1, simd::lanes, 2 * simd::lanes + 1}) {
            const Tensor x = small_integers({.n = count, .c = size});
            std::vector<simd::vec> numbers(static_cast<std::size_t>(size));
            simd::to_lanes(x, numbers);
            const real last = numbers.back().v[count - 1];
            CHECK(last == x(count - 1, 0, 0, size - 1));
            Tensor y(x.shape());
            simd::from_lanes(numbers, y);
            CHECK(y == x);
        }
}

TEST_CASE("s-01: comparisons put every gradient of small integers into the bin that the arc tangent names") {
    // One 1x1 cell in the middle of a cross of pixels with this gradient.
    for (int dx = -20; dx <= 20; ++dx)
        for (int dy = -20; dy <= 20; ++dy) {
            if (dx == 0 && dy == 0) continue;
            Tensor x({.h = 3, .w = 3});
            x(0, 1, 2, 0) = real(dx), x(0, 2, 1, 0) = real(dy);
            const Tensor cells = optimized::oriented_gradients(x, {.cell = 1, .block = 1, .clip = 1});
            CAPTURE(dx);
            CAPTURE(dy);
            CHECK(cells(0, 1, 1, direction_bin(real(dx), real(dy), 9)) > 0.9);
        }
}

TEST_CASE("s-01: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 70, .h = 12, .w = 13, .c = 3});
    const ThreadCount restored;
    set_threads(1);
    const Tensor y = optimized::oriented_gradients(x, {});
    set_threads(3);
    CHECK(optimized::oriented_gradients(x, {}) == y);
}

TEST_CASE("s-01: the classifier's gradient is the slope of its loss") {
    const std::vector<int> labels{2, 0, 1};
    const Tensor y = normal_numbers({.w = 3, .c = 4});
    Tensor gradient(y);
    softmax_gradient(gradient, labels.data());
    const auto loss = [&](const Tensor& at) {
        double sum = 0;
        for (int i = 0; i < 3; ++i) {
            double all = 0;
            for (int k = 0; k < 4; ++k) all += std::exp(double(at(0, 0, i, k)));
            sum += std::log(all) - double(at(0, 0, i, labels[std::size_t(i)]));
        }
        return sum / 3;
    };
    for (std::size_t i = 0; i < 12; ++i) {
        Tensor more(y), less(y);
        more.flat()[i] += 0.01F, less.flat()[i] -= 0.01F;
        CHECK(std::abs((loss(more) - loss(less)) / 0.02 - double(gradient.flat()[i])) <= 1e-4);
    }
}

TEST_CASE("s-01: the classifier learns what a line can separate and nothing of what it cannot") {
    // Above or below a line; and the exclusive or.
    Tensor x = normal_numbers({.n = 400, .c = 2});
    std::vector<int> line, either;
    for (int n = 0; n < 400; ++n) {
        const real a = x(n, 0, 0, 0), b = x(n, 0, 0, 1);
        line.push_back(a + 2 * b > real{0.3} ? 1 : 0);
        either.push_back((a > 0) != (b > 0) ? 1 : 0);
    }
    CHECK(accuracy(train_linear(x, line, 2, {.epochs = 50, .batch = 20}), x, line) >= 0.98);
    CHECK(accuracy(train_linear(x, either, 2, {.epochs = 50, .batch = 20}), x, either) <= 0.7);
}

TEST_CASE("s-01: images are moved and turned as said") {
    const Tensor x = slide(R"( 1 2 3
                               4 5 6
                               7 8 9 )");
    CHECK(moved(x, 1, 0) == slide(R"( 1 2 3
                                      1 2 3
                                      4 5 6 )"));
    CHECK(moved(x, 0, -1) == slide(R"( 2 3 3
                                       5 6 6
                                       8 9 9 )"));
    CHECK(turned(x, 0) == x);
    CHECK(largest_difference(turned(x, 90), slide(R"( 3 6 9
                                                      2 5 8
                                                      1 4 7 )")) <= 1e-5);
    CHECK(noisy(x, 0) == x);
    CHECK(noisy(x, 1, 3) == noisy(x, 1, 3));
    CHECK(!(noisy(x, 1, 3) == noisy(x, 1, 4)));
}

TEST_CASE("s-01: wrong use of features and classifier is refused in one line that names the remedy") {
    CHECK(error_of([] { oriented_gradients_shape({.h = 7, .w = 28}, {}); }) ==
          "oriented gradients: an image of 7x28 is smaller than a block of 8 pixels; take smaller cells");
    CHECK(error_of([] { oriented_gradients_shape({.h = 28, .w = 28, .c = 2}, {}); }) ==
          "oriented gradients: the images have 2 channels; give them 1 or 3");
    CHECK(error_of([] { oriented_gradients_shape({.h = 28, .w = 28}, {.cell = 0}); }) ==
          "oriented gradients: cells of 0 pixels, blocks of 2 cells and 9 bins; each must be at least 1");
    CHECK(error_of([] {
              train_linear(Tensor({.n = 3}), {0, 1}, 2, {});
          }) == "linear classifier: 3 examples and 2 labels; each needs one");
    CHECK(error_of([] {
              train_linear(Tensor({.n = 2}), {0, 2}, 2, {});
          }) == "linear classifier: a label 2 of 2 classes");
}

TEST_SUITE_END();
