// s-05, s-07, s-08: the slide's grids, what it says of sizes and channels, and what it forgets.
#include <cmath>

#include "common/testing/testing.hpp"
#include "convolution.hpp"

using namespace cnn;

namespace {

const Tensor image = slide(R"( 4 9 2 5 8 3
                               5 6 2 4 0 3
                               2 4 5 4 5 2
                               5 6 5 4 7 8
                               5 7 7 9 2 1
                               5 8 5 3 8 4 )");

const Tensor edge = slide_kernel(R"( 1 0 -1
                                     1 0 -1
                                     1 0 -1 )");

const Convolution padded_by_one_in_steps_of_two{.stride = 2, .padding = 1};

// What mathematics calls convolution: the kernel turned by half a circle.
Tensor turned(const Tensor& w) {
    Tensor t(w.shape());
    for (int m = 0; m < w.shape().n; ++m)
        for (int l = 0; l < w.shape().h; ++l)
            for (int k = 0; k < w.shape().w; ++k)
                for (int f = 0; f < w.shape().c; ++f)
                    t(m, l, k, f) = w(w.shape().n - 1 - m, w.shape().h - 1 - l, k, f);
    return t;
}

// The image moved right and down, zeros behind it.
Tensor shifted(const Tensor& x, int down, int right) {
    return naive::pad(x, {.sides = {down, -down, right, -right}});
}

}  // namespace

TEST_SUITE_BEGIN("s-05 s-07 s-08 convolution");

// [s-05]
TEST_CASE_TEMPLATE("s-05: zero padding 1, kernel 3x3, stride 2", Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    CHECK(conv2d(image, edge, {}, padded_by_one_in_steps_of_two) == slide(R"( -15  6  3
                                                                              -16  4 -1
                                                                              -21  5  3 )"));
}
// [s-05]

// [floor]
TEST_CASE_TEMPLATE("s-05: the slide's own figure has an output size of 3.5 without the floor (E1)",
                   Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    const auto slides = [](int size, int P, int K, int S) { return (size + 2 * P - K) / double(S) + 1; };
    CHECK(slides(6, 1, 3, 2) == 3.5);
    CHECK(slides(224, 0, 11, 4) == 54.25);  // AlexNet's first layer
    for (int size = 1; size < 40; ++size)
        for (int P = 0; P < 3; ++P)
            for (int K = 1; K <= size + 2 * P; ++K)
                for (int S = 1; S < 5; ++S)
                    CHECK_UNARY(output_extent(size, P, P, K, S) == std::floor(slides(size, P, K, S)));
    // What the floor drops is never read: the last row and column of the padded input may hold anything.
    Tensor padded = naive::pad(image, {.sides = 1});
    for (int i = 0; i < 8; ++i) padded(0, 7, i, 0) = padded(0, i, 7, 0) = 999;
    CHECK(conv2d(padded, edge, {}, {.stride = 2}) == conv2d(image, edge, {}, padded_by_one_in_steps_of_two));
}
// [floor]

TEST_CASE("s-05: the output size with the floor and a padding for each side (E1)") {
    CHECK(output_extent(224, 2, 3, 7, 2) == 112);
    CHECK(output_extent(3, 0, 0, 3, 5) == 1);
}

// [flip]
TEST_CASE_TEMPLATE("s-05: convolution here does not turn the kernel (E2)", Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    CHECK(conv2d(image, turned(edge), {}, padded_by_one_in_steps_of_two) == slide(R"( 15 -6 -3
                                                                                      16 -4  1
                                                                                      21 -5 -3 )"));

    // s-16's example, as the slide computes it and as mathematics would.
    const Tensor x = slide(R"( 3 5 2 7
                               4 1 3 8
                               6 3 8 2
                               9 6 1 5 )");
    const Tensor w = slide_kernel(R"( 1 2 1
                                      2 1 2
                                      1 1 2 )");
    CHECK(conv2d(x, w, {}, {}) == slide("55 52\n 57 50"));
    CHECK(conv2d(x, turned(w), {}, {}) == slide("48 61\n 65 44"));

    // The two agree where the kernel looks the same after half a turn.
    const Tensor blur = slide_kernel("1 2 3\n 4 5 4\n 3 2 1");
    CHECK(conv2d(x, turned(blur), {}, {}) == conv2d(x, blur, {}, {}));
}
// [flip]

TEST_CASE_TEMPLATE("s-05: padding has a width for each side and an even kernel needs them unequal (E4)",
                   Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    const Tensor x = slide("1 2 3"), pair = slide_kernel("1 10");
    CHECK(conv2d(x, pair, {}, {.padding = {0, 0, 0, 1}}) == slide("21 32 3"));
    CHECK(conv2d(x, pair, {}, {.padding = {0, 0, 1, 0}}) == slide("10 21 32"));
    CHECK(conv2d(x, pair, {}, {.padding = {0, 0, 1, 1}}).shape().w == 4);  // P on each side adds 2P

    // 224 pixels, kernel 7, stride 2: 2 + 3 and 3 + 3 give the same size and different values.
    const Tensor wide = small_integers({.w = 224}), seven = small_integers({.h = 7});
    const Tensor y = conv2d(wide, seven, {}, {.stride = 2, .padding = {0, 0, 2, 3}});
    const Tensor z = conv2d(wide, seven, {}, {.stride = 2, .padding = {0, 0, 3, 3}});
    CHECK(y.shape() == z.shape());
    CHECK_FALSE(y == z);
}

TEST_CASE_TEMPLATE("s-05: a kernel that reads digits sees what each mode pads with", Implementation, Naive,
                   Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    const auto read = [&](PaddingMode mode) {
        return conv2d(slide("1 2 3 4"), slide_kernel("100 10 1"), {},
                      {.padding = {0, 0, 2, 2}, .mode = mode});
    };
    CHECK(read(PaddingMode::constant) == slide("1 12 123 234 340 400"));
    CHECK(read(PaddingMode::replicate) == slide("111 112 123 234 344 444"));
    CHECK(read(PaddingMode::symmetric) == slide("211 112 123 234 344 443"));
    CHECK(read(PaddingMode::reflect) == slide("321 212 123 234 343 432"));
    CHECK(read(PaddingMode::circular) == slide("341 412 123 234 341 412"));
}

// [channels]
TEST_CASE_TEMPLATE("s-07: each channel has its slice of the filter and the results are summed",
                   Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    const Tensor x = small_integers({.h = 6, .w = 6, .c = 3}), w = small_integers({3, 3, 3, 1}, 2);
    Tensor sum({.h = 4, .w = 4});
    for (int k = 0; k < 3; ++k) {
        Tensor slice({3, 3, 1, 1});
        for (int m = 0; m < 3; ++m)
            for (int l = 0; l < 3; ++l) slice(m, l, 0, 0) = w(m, l, k, 0);
        add(conv2d(View(x).channels(k, 1), slice, {}, {}), sum);
    }
    CHECK(conv2d(x, w, {}, {}) == sum);
}
// [channels]

TEST_CASE("s-07: input and filter channels must match") {
    CHECK(error_of([] {
              convolved_shape({1, 6, 6, 3}, {3, 3, 4, 8}, {});
          }) ==
          "conv2d: the filters see 4 channels in each of 1 group, but the input has 3; give it 4, or filters "
          "of 3");
}

TEST_CASE_TEMPLATE("s-07: with groups the filter has only its group's channels (E7)", Implementation, Naive,
                   Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    // AlexNet's second layer: filters of 48 channels on 96.
    CHECK(convolved_shape({1, 27, 27, 96}, {5, 5, 48, 256}, {.padding = 2, .groups = 2}) ==
          Shape{1, 27, 27, 256});

    // Each half of the filters sees its half of the channels.
    const Tensor x = small_integers({.h = 5, .w = 5, .c = 4}), w = small_integers({3, 3, 2, 6}, 2);
    const Tensor y = conv2d(x, w, {}, {.groups = 2});
    for (int g = 0; g < 2; ++g)
        CHECK(Tensor(View(y).channels(3 * g, 3)) ==
              conv2d(View(x).channels(2 * g, 2), Tensor(View(w).channels(3 * g, 3)), {}, {}));
}

// [equivariance]
TEST_CASE_TEMPLATE("s-07: convolution is not invariant but equivariant to shifts (E5)", Implementation, Naive,
                   Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    // A picture with a border of zeros as wide as the shift, so that nothing leaves it.
    const Tensor x = naive::pad(image, {.sides = 3});
    const Convolution same{.padding = 1};
    CHECK(conv2d(shifted(x, 1, 2), edge, {}, same) == shifted(conv2d(x, edge, {}, same), 1, 2));
    CHECK_FALSE(conv2d(shifted(x, 1, 2), edge, {}, same) == conv2d(x, edge, {}, same));

    // With stride 2 a shift of 2 is a shift of 1, and a shift of 1 is none at all.
    const Convolution strided{.stride = 2, .padding = 1};
    const Tensor y = conv2d(x, edge, {}, strided), moved = conv2d(shifted(x, 0, 1), edge, {}, strided);
    CHECK(conv2d(shifted(x, 0, 2), edge, {}, strided) == shifted(y, 0, 1));
    CHECK_FALSE(moved == y);
    CHECK_FALSE(moved == shifted(y, 0, 1));
}
// [equivariance]

// [counting]
TEST_CASE("s-07: structure, sharing and sparsity against a dense layer, by counting") {
    // 6x6 numbers to 4x4 numbers: a dense layer has a weight for every pair.
    const Convolution valid{};
    const Tensor y = naive::conv2d(image, edge, {}, valid);
    const std::int64_t dense = image.shape().size() * y.shape().size();
    CHECK(dense == 576);

    // Structure: which inputs an output sees.  Nudge an input, and only its neighbours among outputs move.
    const Tensor ones = slide_kernel("1 1 1\n 1 1 1\n 1 1 1"), before = naive::conv2d(image, ones, {}, valid);
    int connections = 0;
    for (int i = 0; i < 36; ++i) {
        Tensor nudged = image;
        nudged.flat()[std::size_t(i)] += 1;
        const Tensor after = naive::conv2d(nudged, ones, {}, valid);
        for (std::size_t o = 0; o < 16; ++o) connections += after.flat()[o] != before.flat()[o];
    }
    CHECK(connections == 144);  // sparsity: 9 of 36 inputs for each of 16 outputs
    CHECK(connections == naive::conv2d_multiplications(image, edge, valid));
    CHECK(dense / connections == 4);

    // Sharing: the same 9 weights at all 16 places.
    CHECK(edge.shape().size() == 9);
    CHECK(dense / edge.shape().size() == 64);
}
// [counting]

// [layer]
TEST_CASE_TEMPLATE("s-08: many filters, a bias for each, and the ReLU", Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    // Two filters: the slide's vertical edge and the same with the sign turned.
    Tensor w({3, 3, 1, 2});
    for (int m = 0; m < 3; ++m)
        for (int l = 0; l < 3; ++l) w(m, l, 0, 0) = edge(m, l, 0, 0), w(m, l, 0, 1) = -edge(m, l, 0, 0);
    Tensor b(Shape{.c = 2});
    b(0, 0, 0, 0) = 1;
    b(0, 0, 0, 1) = -5;

    const Tensor y = conv2d(image, w, b, {.stride = 2, .padding = 1, .activation = Activation::relu});
    CHECK(Tensor(View(y).channels(0, 1)) == slide(R"( 0 7 4
                                                      0 5 0
                                                      0 6 4 )"));
    CHECK(Tensor(View(y).channels(1, 1)) == slide(R"( 10 0 0
                                                      11 0 0
                                                      16 0 0 )"));
}
// [layer]

TEST_CASE("s-08: a layer's parameters and multiplications, counted and by formula") {
    Graph net;
    const Node y =
        conv(net.input({.h = 28, .w = 28, .c = 1}), {.filters = 6, .kernel = 5, .padding = 2}, "c1");
    const Operation& layer = *net.entry(y).operation;
    CHECK(y.shape() == Shape{1, 28, 28, 6});
    CHECK(net.entry(y).parameters[0].shape.size() + net.entry(y).parameters[1].shape.size() ==
          156);  // LeNet-5's C1
    CHECK(layer.multiply_adds({{1, 28, 28, 1}}) == 28 * 28 * 6 * 25);
    CHECK(layer.multiply_adds({{1, 28, 28, 1}}) ==
          naive::conv2d_multiplications(Tensor({1, 28, 28, 1}), Tensor({5, 5, 1, 6}), {.padding = 2}));
}

TEST_SUITE_END();
