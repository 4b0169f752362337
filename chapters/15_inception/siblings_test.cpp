// s-19: what reads the same map reads it once.
#include "siblings.hpp"

#include "common/testing/testing.hpp"
#include "convolution.hpp"

using namespace cnn;

namespace {

// Layers of small integers that read `channels`.
struct Layers {
    std::vector<Tensor> w, b;
    std::vector<int> filters;
    std::vector<Sibling> siblings;

    Layers(int channels, const std::vector<int>& filters) : filters(filters) {
        for (const int count : filters) {
            w.push_back(small_integers({.w = channels, .c = count}, w.size() + 2));
            b.push_back(small_integers({.c = count}, b.size() + 12));
        }
        for (std::size_t k = 0; k < filters.size(); ++k) siblings.push_back({w[k], b[k]});
    }
};

}  // namespace

TEST_SUITE_BEGIN("15 inception");

// [siblings]
TEST_CASE("s-19: sibling 1x1 layers as one layer give every bit of what they give one after the other") {
    // The first module's; then counts of filters that fill no register.
    for (const std::vector<int>& filters :
         {std::vector{64, 96, 16}, std::vector{1, 17, 3, 31}, std::vector{5}}) {
        const Tensor x = small_integers({2, 7, 9, 24});
        const Layers layers(24, filters);
        const std::vector<Tensor> apart = naive::siblings(x, layers.siblings);
        const Tensor together = optimized::siblings(x, optimized::merge(layers.siblings));
        const std::vector<View> maps = slices(together, filters);
        REQUIRE(maps.size() == apart.size());
        for (std::size_t k = 0; k < maps.size(); ++k) CHECK(Tensor(maps[k]) == apart[k]);
    }
}
// [siblings]

TEST_CASE("s-19: the merged layer's gradients are the siblings' side by side and their sum") {
    const Tensor x = small_integers({2, 5, 6, 19});
    const Layers layers(19, {8, 21, 3});
    const Merged merged = optimized::merge(layers.siblings);
    const Tensor dy = small_integers({2, 5, 6, 32}, 30);
    const Tensor dx = optimized::conv2d_backward_input(dy, merged.w, x.shape(), {}),
                 dw = optimized::conv2d_backward_filters(dy, x, merged.w.shape(), {});
    Tensor sum(x.shape());
    for (std::size_t k = 0; k < layers.filters.size(); ++k) {
        const Tensor one(slices(dy, layers.filters)[k]);
        CHECK(Tensor(slices(dw, layers.filters)[k]) ==
              naive::conv2d_backward_filters(one, x, layers.w[k].shape(), {}));
        const Tensor part = naive::conv2d_backward_input(one, layers.w[k], x.shape(), {});
        for (std::size_t i = 0; i < sum.flat().size(); ++i) sum.flat()[i] += part.flat()[i];
    }
    CHECK(dx == sum);
}

TEST_CASE("s-19: siblings that do not read the same map are not merged") {
    const Layers a(4, {3}), b(5, {3});
    CHECK(error_of([&] {
              optimized::merge({a.siblings[0], b.siblings[0]});
          }) ==
          "concatenate: a map of 1x1x5x3 beside one of 1x1x4x3; images, rows and columns must be the same");
    CHECK(error_of([] { optimized::merge({}); }) == "concatenate: there are no maps");
}

TEST_SUITE_END();
