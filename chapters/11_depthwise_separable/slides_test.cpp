// s-15: depthwise separable convolution: a filter for each channel, then 1x1; and what it costs.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "depthwise_separable.hpp"

using namespace cnn;

namespace {

/// The maps side by side as the channels of one.
Tensor stacked(const std::vector<Tensor>& maps) {
    const Shape one = maps[0].shape();
    Tensor all({one.n, one.h, one.w, int(maps.size())});
    for (std::size_t k = 0; k < maps.size(); ++k) copy(maps[k], all.view().channels(int(k), 1));
    return all;
}

/// The ratio of the two costs, multiply-adds over multiply-adds.
double cost_ratio(int c_out, int kernel) {
    const Shape y{.h = 10, .w = 10, .c = c_out};
    return double(separable_cost(64, kernel, y).multiply_adds) /
           double(regular_cost(64, kernel, y).multiply_adds);
}

}  // namespace

TEST_SUITE_BEGIN("s-15 depthwise separable convolution");

// [channels]
TEST_CASE_TEMPLATE("s-15: a depthwise convolution filters each channel by itself", Implementation, Naive,
                   Optimized) {
    const auto depthwise = pick<Implementation>(naive::depthwise_conv2d, optimized::depthwise_conv2d);
    const Tensor x = stacked({slide(R"( 4 9 2 5
                                        5 6 2 4
                                        2 4 5 4
                                        5 6 5 4 )"),
                              slide(R"( 1 0 0 2
                                        0 3 0 0
                                        0 0 4 0
                                        5 0 0 6 )")});
    const Tensor w = std::move(stacked({slide("1 0 -1\n 1 0 -1\n 1 0 -1"), slide("0 0 0\n 0 1 0\n 0 0 2")}))
                         .reshaped({3, 3, 1, 2});
    const Tensor y = stacked({slide(R"(  2 6
                                         0 4 )"),
                              slide(R"( 11 0
                                         0 16 )")});
    CHECK(depthwise(x, w, {}, {}) == y);
}
// [channels]

TEST_CASE_TEMPLATE("s-15: a channel multiplier of 2 makes two maps of each channel", Implementation, Naive,
                   Optimized) {
    const auto depthwise = pick<Implementation>(naive::depthwise_conv2d, optimized::depthwise_conv2d);
    const Tensor x = stacked({slide("1 2 3"), slide("4 5 6")});
    const Tensor w =
        std::move(stacked({slide("1 1"), slide("1 -1"), slide("0 1"), slide("1 0")})).reshaped({1, 2, 1, 4});
    CHECK(depthwise(x, w, {}, {}) == stacked({slide("3 5"), slide("-1 -1"), slide("5 6"), slide("4 5")}));
}

TEST_CASE_TEMPLATE("s-15: bias and then ReLU or ReLU6 at the end", Implementation, Naive, Optimized) {
    const auto depthwise = pick<Implementation>(naive::depthwise_conv2d, optimized::depthwise_conv2d);
    const Tensor x = slide("-3 0 2 5 9"), w = slide_kernel("1"), b = slide("1");
    CHECK(depthwise(x, w, b, {}) == slide("-2 1 3 6 10"));
    CHECK(depthwise(x, w, b, {.activation = Activation::relu}) == slide("0 1 3 6 10"));
    CHECK(depthwise(x, w, b, {.activation = Activation::relu6}) == slide("0 1 3 6 6"));
}

// [output_size]
TEST_CASE("s-15: the cost counts positions of the output and not of the input (E15)") {
    // ResNet's first layer: 7x7 filters, stride 2, 3 -> 64 channels, 224x224 -> 112x112.
    const Tensor x({.h = 224, .w = 224, .c = 3}), w({7, 7, 3, 64});
    const Convolution layer{.stride = 2, .padding = 3};
    const Shape y = convolved_shape(x.shape(), w.shape(), layer);
    REQUIRE(y == Shape{.h = 112, .w = 112, .c = 64});

    const std::int64_t counted = naive::conv2d_multiplications(x, w, layer);
    CHECK(counted == 118013952);
    CHECK(regular_cost(3, 7, y).multiply_adds == counted);
    CHECK(regular_cost(3, 7, {.h = 224, .w = 224, .c = 64}).multiply_adds ==
          472055808);  // as the slide has it
    CHECK(472055808 == 4 * counted);
}
// [output_size]

// [counted]
TEST_CASE(
    "s-15: the formulas count what the naive loops multiply and the depthwise half counts the output too "
    "(E15)") {
    for (const int stride : {1, 2}) {
        const Tensor x({.h = 9, .w = 12, .c = 5}), depthwise({3, 3, 1, 5}), pointwise({1, 1, 5, 8});
        const Shape middle = depthwise_shape(x.shape(), depthwise.shape(), {.stride = stride, .padding = 1});
        const std::int64_t first =
            naive::depthwise_multiplications(x, depthwise, {.stride = stride, .padding = 1});
        const std::int64_t second = naive::conv2d_multiplications(Tensor(middle), pointwise, {});
        const Shape y{.h = middle.h, .w = middle.w, .c = 8};
        CHECK(separable_cost(5, 3, y).multiply_adds == first + second);
        CHECK(first == 5 * 3 * 3 * y.h * y.w);
        CHECK(second == 8 * 5 * y.h * y.w);

        const Tensor regular({3, 3, 5, 8});
        CHECK(regular_cost(5, 3, y).multiply_adds ==
              naive::conv2d_multiplications(x, regular, {.stride = stride, .padding = 1}));
        CHECK(separable_cost(5, 3, y).weights == depthwise.shape().size() + pointwise.shape().size());
        CHECK(regular_cost(5, 3, y).weights == regular.shape().size());
    }
}
// [counted]

// [ratio]
TEST_CASE("s-15: the ratio is 1/C_out + 1/K^2 and is a saving only while it is below 1 (E16)") {
    CHECK(std::round(1e4 * cost_ratio(64, 3)) == 1267);
    CHECK(std::round(1e4 * cost_ratio(128, 3)) == 1189);
    CHECK(std::round(1e4 * cost_ratio(512, 3)) == 1131);
    CHECK(std::round(1e3 * cost_ratio(1, 3)) == 1111);   // dearer: one output channel
    CHECK(std::round(1e3 * cost_ratio(64, 1)) == 1016);  // dearer: there is no window to separate

    // 1/C + 1/K^2 < 1 means C > K^2 / (K^2 - 1): from two channels on, and never for K = 1.
    for (const int kernel : {1, 2, 3, 5, 7})
        for (int c_out = 1; c_out <= 64; ++c_out) {
            CAPTURE(kernel);
            CAPTURE(c_out);
            CHECK(std::abs(cost_ratio(c_out, kernel) - (1.0 / c_out + 1.0 / (kernel * kernel))) < 1e-12);
            CHECK((cost_ratio(c_out, kernel) < 1) == (kernel > 1 && c_out > 1));
        }
}
// [ratio]

// [mobilenet]
TEST_CASE(
    "s-15: MobileNet needs 568.7 million multiply-adds where regular layers would need 4867.3 million "
    "(E16)") {
    struct Block {
        int c_in, c_out, size;  // of the output
    };
    std::vector<Block> blocks{{32, 64, 112}, {64, 128, 56}, {128, 128, 56}, {128, 256, 28}, {256, 256, 28}};
    blocks.push_back({256, 512, 14});
    for (int i = 0; i < 5; ++i) blocks.push_back({512, 512, 14});
    blocks.push_back({512, 1024, 7});
    blocks.push_back({1024, 1024, 7});

    // The first layer and the last are regular in both.
    const LayerCost first = regular_cost(3, 3, {.h = 112, .w = 112, .c = 32});
    const LayerCost dense = regular_cost(1024, 1, {.c = 1000});
    std::int64_t separable = first.multiply_adds + dense.multiply_adds, regular = separable;
    for (const Block& block : blocks) {
        const Shape y{.h = block.size, .w = block.size, .c = block.c_out};
        separable += separable_cost(block.c_in, 3, y).multiply_adds;
        regular += regular_cost(block.c_in, 3, y).multiply_adds;
    }
    CHECK(separable == 568740352);
    CHECK(std::round(double(regular) / 1e5) == 48673);
    CHECK(std::round(100.0 * double(regular) / double(separable)) == 856);
}
// [mobilenet]

TEST_SUITE_END();
