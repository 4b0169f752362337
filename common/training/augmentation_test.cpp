#include "common/training/augmentation.hpp"

#include <cmath>
#include <map>
#include <numeric>

#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// Images of 2 channels in which every number says where it stood: 1 to h * w * 2.
Tensor numbered(int count, Extent size) {
    Tensor images({count, size.h, size.w, 2});
    for (int n = 0; n < count; ++n)
        for (int i = 0; i < size.h * size.w * 2; ++i) images.view().pixel(n, 0, 0)[i] = real(i + 1);
    return images;
}

Tensor gathered(const Tensor& all, const std::vector<int>& which, const Augmentation& augmentation,
                std::uint64_t seed, int epoch) {
    Shape shape = all.shape();
    shape.n = int(which.size());
    Tensor batch = Tensor::uninitialized(shape);
    gather(all, which, batch, augmentation, seed, epoch);
    return batch;
}

// A shift and mirror as they read: pad, crop, turn round.
Tensor expected(View image, int down, int right, bool mirrored) {
    Tensor result(image.shape);
    const auto [n, height, width, channels] = image.shape;
    for (int i = 0; i < height; ++i)
        for (int j = 0; j < width; ++j)
            for (int c = 0; c < channels; ++c) {
                const int y = i - down, x = (mirrored ? width - 1 - j : j) - right;
                if (0 <= y && y < height && 0 <= x && x < width) result(0, i, j, c) = image(0, y, x, c);
            }
    return result;
}

}  // namespace

TEST_SUITE_BEGIN("common: augmentation");

TEST_CASE("order: successive epochs are unrelated: places kept and minibatches met again are chance") {
    constexpr int count = 8192, batch = 64, epochs = 12;
    double stayed = 0, met_again = 0;
    for (int epoch = 1; epoch < epochs; ++epoch) {
        const std::vector<int> one = order_of_epoch(count, 1, epoch),
                               next = order_of_epoch(count, 1, epoch + 1);
        CHECK(one == order_of_epoch(count, 1, epoch));
        std::vector<int> batch_of(count);
        for (int i = 0; i < count; ++i) batch_of[std::size_t(one[std::size_t(i)])] = i / batch;
        for (int i = 0; i < count; ++i) {
            // Within one place of where it stood, as an order moved by one would be.
            for (const int near : {i - 1, i, i + 1})
                if (0 <= near && near < count) stayed += one[std::size_t(near)] == next[std::size_t(i)];
            for (int j = i + 1; j < (i / batch + 1) * batch; ++j)
                met_again += batch_of[std::size_t(next[std::size_t(i)])] ==
                             batch_of[std::size_t(next[std::size_t(j)])];
        }
    }
    // Chance: 3 of all examples stay near an epoch, so 33 of 11; and of 11 * 128 * 2016 pairs 63 in 8191
    // meet.
    CHECK(stayed <= 33 + 6 * 5.8);
    const double pairs = 11.0 * 128 * 2016, chance = pairs * 63 / 8191;
    CHECK(std::abs(met_again - chance) <= 6 * std::sqrt(chance));
}

TEST_CASE("augmentation: none copies the examples asked for") {
    const Tensor all = normal_numbers({5, 3, 4, 2});
    const Tensor batch = gathered(all, {4, 0, 4}, {}, 1, 1);
    CHECK(Tensor(batch.view().images(0, 1)) == Tensor(all.view().images(4, 1)));
    CHECK(Tensor(batch.view().images(1, 1)) == Tensor(all.view().images(0, 1)));
    CHECK(Tensor(batch.view().images(2, 1)) == Tensor(all.view().images(4, 1)));
}

TEST_CASE(
    "augmentation: every shift up to the limit with and without a mirror and nothing else, equally often") {
    const int count = 9000;
    const Tensor all = numbered(count, {4, 5});
    std::vector<int> which(count);
    std::iota(which.begin(), which.end(), 0);
    const Tensor batch = gathered(all, which, {.shift = 1, .mirror = true}, 3, 1);
    std::map<std::vector<real>, int> wanted;
    for (int down = -1; down <= 1; ++down)
        for (int right = -1; right <= 1; ++right)
            for (const bool mirrored : {false, true}) {
                const Tensor image = expected(all.view().images(0, 1), down, right, mirrored);
                wanted[{image.flat().begin(), image.flat().end()}] = 0;
            }
    REQUIRE(wanted.size() == 18);
    for (int n = 0; n < count; ++n) {
        const Tensor image(batch.view().images(n, 1));
        const auto found = wanted.find({image.flat().begin(), image.flat().end()});
        REQUIRE(found != wanted.end());
        ++found->second;
    }
    for (const auto& [image, times] : wanted) {  // 500 each; four deviations are 87
        CHECK(times > 413);
        CHECK(times < 587);
    }
}

TEST_CASE("augmentation: seed and epoch and example decide, not the batch or the threads") {
    const Tensor all = numbered(40, 8);
    std::vector<int> forwards(40), backwards;
    std::iota(forwards.begin(), forwards.end(), 0);
    backwards.assign(forwards.rbegin(), forwards.rend());
    const Augmentation paper{.shift = 4, .mirror = true};
    const ThreadCount restored;
    set_threads(1);
    const Tensor one = gathered(all, forwards, paper, 1, 1);
    set_threads(3);
    const Tensor other = gathered(all, backwards, paper, 1, 1);
    for (int n = 0; n < 40; ++n)
        CHECK(Tensor(one.view().images(n, 1)) == Tensor(other.view().images(39 - n, 1)));
    CHECK(gathered(all, forwards, paper, 1, 2) != one);
    CHECK(gathered(all, forwards, paper, 2, 1) != one);
}

TEST_CASE("augmentation: a shift that leaves nothing or below 0 is refused") {
    const Tensor all = numbered(1, {3, 2});
    CHECK(error_of([&] { gathered(all, {0}, {.shift = 3}, 1, 1); }) ==
          "augmentation: a shift of 3 for pictures of 3x2; it must be from 0 up to, not including, their "
          "longer "
          "side");
    CHECK(error_of([&] {
              gathered(all, {0}, {.shift = -1}, 1, 1);
          }).starts_with("augmentation: a shift of -1"));
}

TEST_SUITE_END();
