// s-13: the 1x1 convolution: channels mixed at each position.
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "pointwise.hpp"
#include "pooling.hpp"

using namespace cnn;

namespace {

/// The maps side by side as the channels of one.
Tensor stacked(const std::vector<Tensor>& maps) {
    const Shape one = maps[0].shape();
    Tensor all({one.n, one.h, one.w, int(maps.size())});
    for (std::size_t k = 0; k < maps.size(); ++k) copy(maps[k], all.view().channels(int(k), 1));
    return all;
}

/// Parameters of a graph that `build` continues from a map of this shape.
template <class Build>
std::int64_t parameters(const Shape& x, const Build& build) {
    Graph net;
    build(net.input(x));
    return describe(net).parameters;
}

}  // namespace

TEST_SUITE_BEGIN("s-13 pointwise convolution");

// [three]
TEST_CASE_TEMPLATE(
    "s-13: a 1x1 layer with 3 filters makes 3 maps out of 2 by a weighted sum at each position",
    Implementation, Naive, Optimized) {
    const auto pointwise = pick<Implementation>(naive::pointwise_conv2d, optimized::pointwise_conv2d);
    const Tensor x = stacked({slide(R"( 1 2 3
                                        4 5 6 )"),
                              slide(R"( 7 0 1
                                        2 8 3 )")});
    // A column for each filter: the sum, the difference, twice the first channel.
    const Tensor w = std::move(slide(R"( 1  1 2
                                         1 -1 0 )"))
                         .reshaped({1, 1, 2, 3});
    CHECK(pointwise(x, w, {}) ==
          stacked({slide(" 8 2 4\n 6 13 9"), slide("-6 2 2\n 2 -3 3"), slide(" 2 4 6\n 8 10 12")}));
    const Tensor b = slide("1 1 -5").reshaped({.c = 3});
    CHECK(pointwise(x, w, {.bias = b, .activation = Activation::relu}) ==
          stacked({slide(" 9 3 5\n 7 14 10"), slide(" 0 3 3\n 3 0 4"), slide(" 0 0 1\n 3 5 7")}));
}
// [three]

TEST_CASE_TEMPLATE("s-13: it changes the number of channels and leaves the size of the map", Implementation,
                   Naive, Optimized) {
    const auto pointwise = pick<Implementation>(naive::pointwise_conv2d, optimized::pointwise_conv2d);
    const Tensor x = small_integers({.h = 5, .w = 7, .c = 6});
    for (const int filters : {1, 2, 6, 40})
        CHECK(pointwise(x, small_integers({1, 1, 6, filters}), {}).shape() ==
              Shape{.h = 5, .w = 7, .c = filters});
}

// [convolution]
TEST_CASE_TEMPLATE("s-13: it is the convolution whose kernel is 1x1 and a stride is a view", Implementation,
                   Naive, Optimized) {
    const auto pointwise = pick<Implementation>(naive::pointwise_conv2d, optimized::pointwise_conv2d);
    const Tensor x = small_integers({2, 7, 6, 5}), w = small_integers({1, 1, 5, 9}, 2),
                 b = small_integers({.c = 9});
    CHECK(pointwise(x, w, {.bias = b, .activation = Activation::relu}) ==
          naive::conv2d(x, w, b, {.activation = Activation::relu}));
    CHECK(pointwise(x.view().strided(2), w, {.bias = b}) == naive::conv2d(x, w, b, {.stride = 2}));
}
// [convolution]

// [dense]
TEST_CASE("s-13: a dense layer on a map is a convolution as large as the map and no 1x1 convolution (E17)") {
    const Tensor x = small_integers({2, 3, 4, 5}), w = small_integers({3, 4, 5, 6}, 2),
                 b = small_integers({.c = 6});
    const Tensor expected = naive::dense(x, w, b);
    CHECK(naive::conv2d(x, w, b, {}) == expected);
    const Tensor one = small_integers({1, 1, 5, 6}, 2);
    CHECK(naive::pointwise_conv2d(x, one, {.bias = b}).shape() ==
          Shape{2, 3, 4, 6});  // one answer for each pixel

    // VGG-16's fc6: 7x7x512 -> 4096.
    const Shape map{.h = 7, .w = 7, .c = 512};
    CHECK(parameters(map, [](Node n) { dense(n, 4096); }) == 102764544);
    CHECK(parameters(map, [](Node n) { conv(n, {.filters = 4096, .kernel = 7}); }) == 102764544);
    CHECK(parameters(map, [](Node n) { pointwise_conv(n, {.filters = 4096}); }) == 2101248);
}

TEST_CASE("s-13: on a 1x1 map and at each pixel by itself a 1x1 convolution is the dense layer (E17)") {
    const Tensor w = small_integers({1, 1, 5, 6}, 2), b = small_integers({.c = 6});
    const Tensor vector = small_integers({4, 1, 1, 5});
    CHECK(optimized::pointwise_conv2d(vector, w, {.bias = b}) == naive::dense(vector, w, b));

    const Tensor x = small_integers({.h = 3, .w = 4, .c = 5});
    const Tensor y = optimized::pointwise_conv2d(x, w, {.bias = b});
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 4; ++j)
            CHECK(Tensor(y.view().window(i, j, 1)) == naive::dense(Tensor(x.view().window(i, j, 1)), w, b));
}
// [dense]

// [average]
TEST_CASE("s-13: 1x1 and global average pooling classify maps of any size with a thousandth of the weights") {
    const auto head = [](Node n) { return global_average_pool(pointwise_conv(n, {.filters = 10})); };
    for (const int size : {1, 7, 12}) {
        Graph net;
        CHECK(head(net.input({.h = size, .w = size, .c = 512})).shape() == Shape{.c = 10});
    }
    const Shape map{.h = 32, .w = 32, .c = 512};
    CHECK(parameters(map, [](Node n) { dense(n, 10); }) == 32 * 32 * 512 * 10 + 10);
    CHECK(parameters(map, head) == 512 * 10 + 10);

    // Averaging first gives the same scores: both are linear.
    const Tensor x = small_integers({.h = 4, .w = 4, .c = 6}), w = small_integers({1, 1, 6, 3}, 2);
    const Pooling whole = whole_map(x.shape());
    CHECK(naive::average_pool(naive::pointwise_conv2d(x, w, {}), whole_map({.h = 4, .w = 4, .c = 3})) ==
          naive::pointwise_conv2d(naive::average_pool(x, whole), w, {}));
}
// [average]

// [bottleneck]
TEST_CASE("s-13: a bottleneck of 256 to 64 and back makes the 3x3 between them 8.5 times as cheap") {
    const Shape map{.h = 14, .w = 14, .c = 256};
    Graph plain, bottleneck;
    conv(plain.input(map), {.filters = 256, .kernel = 3, .padding = 1, .bias = false});
    Node x = pointwise_conv(bottleneck.input(map), {.filters = 64, .bias = false});
    x = conv(x, {.filters = 64, .kernel = 3, .padding = 1, .bias = false});
    x = pointwise_conv(x, {.filters = 256, .bias = false});
    CHECK(x.shape() == map);
    CHECK(describe(plain).parameters == 589824);
    CHECK(describe(bottleneck).parameters == 256 * 64 + 9 * 64 * 64 + 64 * 256);
    CHECK(describe(bottleneck).parameters == 69632);
    CHECK(describe(plain).multiply_adds == 589824 * 14 * 14);
    CHECK(describe(bottleneck).multiply_adds == 69632 * 14 * 14);
}
// [bottleneck]

TEST_SUITE_END();
