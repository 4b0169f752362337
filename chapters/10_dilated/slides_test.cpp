// s-14: taps with gaps between them, what they cost, what they see, and what they miss.
#include "common/graph/run.hpp"
#include "common/testing/testing.hpp"
#include "dilated.hpp"
#include "effective.hpp"
#include "receptive_field.hpp"

using namespace cnn;

namespace {

const Tensor image = slide(R"( 5 3 8 1 6
                               4 7 2 9 0
                               3 5 7 8 1
                               2 6 0 4 3
                               9 1 5 2 7 )");
const Tensor edge = slide_kernel(R"( 1 0 -1
                                     1 0 -1
                                     1 0 -1 )");

}  // namespace

TEST_SUITE_BEGIN("s-14 dilated convolution");

// [distance]
TEST_CASE_TEMPLATE("s-14: d is the distance between taps so d - 1 pixels are skipped and 1 is ordinary (E10)",
                   Implementation, Naive, Optimized) {
    const auto dilated = pick<Implementation>(naive::dilated_conv2d, optimized::dilated_conv2d);
    const Tensor row = slide("1 10 100 1000 10000 100000 1000000"), ones = slide_kernel("1 1 1");
    CHECK(dilated(row, ones, {}, {.dilation = 1}) == slide("111 1110 11100 111000 1110000"));
    CHECK(dilated(row, ones, {}, {.dilation = 2}) == slide("10101 101010 1010100"));
    CHECK(dilated(row, ones, {}, {.dilation = 3}) == slide("1001001"));
}
// [distance]

// [grid]
TEST_CASE_TEMPLATE("s-14: every second pixel under the vertical edge kernel", Implementation, Naive,
                   Optimized) {
    const auto dilated = pick<Implementation>(naive::dilated_conv2d, optimized::dilated_conv2d);
    // Columns 0 and 4 of rows 0 2 4: 5 + 3 + 9 - 6 - 1 - 7.
    CHECK(dilated(image, edge, {}, {.dilation = 2}) == slide("3"));
    // With padding 2 the result is as large as the image.
    CHECK(dilated(image, edge, {}, {.dilation = 2, .padding = 2}) == slide(R"( -15  -9  1  8  15
                                                                                -2 -13  3 13   2
                                                                               -20 -11  3  9  20
                                                                                -2 -13  3 13   2
                                                                               -12 -10  4  6  12 )"));
}
// [grid]

// [centred]
TEST_CASE_TEMPLATE(
    "s-14: the slide's sum from -k to k is the layer of padding d k and only odd kernels have a k (E14)",
    Implementation, Naive, Optimized) {
    const auto dilated = pick<Implementation>(naive::dilated_conv2d, optimized::dilated_conv2d);
    for (const int kernel : {1, 3, 5})
        for (const int d : {1, 2, 3}) {
            const Tensor f = small_integers({.h = 9, .w = 11}), w = small_integers({kernel, kernel, 1, 1}, 2);
            CHECK(naive::centred_sum(f, w, d) ==
                  dilated(f, w, {}, {.dilation = d, .padding = kernel / 2 * d}));
        }

    const Tensor even = slide_kernel(R"( 1 2
                                         3 4 )");
    CHECK(error_of([&] { naive::centred_sum(image, even, 2); }) ==
          "dilated: the slide's sum runs from -k to k, but 2x2 is not an odd square; use dilated_conv2d");
    CHECK(dilated(image, even, {}, {.dilation = 4}) == slide("72"));  // 5 + 2 6 + 3 9 + 4 7
}
// [centred]

// [zeros]
TEST_CASE_TEMPLATE("s-14: dilating the filter is putting zeros between its taps", Implementation, Naive,
                   Optimized) {
    const auto dilated = pick<Implementation>(naive::dilated_conv2d, optimized::dilated_conv2d);
    const auto ordinary = pick<Implementation>(naive::conv2d, optimized::conv2d);
    CHECK(with_zeros(edge, 2) == slide_kernel(R"( 1 0 0 0 -1
                                                  0 0 0 0  0
                                                  1 0 0 0 -1
                                                  0 0 0 0  0
                                                  1 0 0 0 -1 )"));
    const Tensor x = small_integers({.n = 2, .h = 9, .w = 8, .c = 3}), w = small_integers({3, 2, 3, 4}, 2);
    CHECK(dilated(x, w, {}, {.dilation = {2, 3}}) == ordinary(x, with_zeros(w, {2, 3}), {}, {}));
}
// [zeros]

// [effective]
TEST_CASE("s-14: the effective size K + (K - 1)(d - 1) is what one layer sees of its own input (E12)") {
    CHECK(effective_kernel(3, 1) == 3);
    CHECK(effective_kernel(3, 2) == 5);
    CHECK(effective_kernel(3, 4) == 9);
    CHECK(effective_kernel(2, 4) == 5);
    CHECK(effective_kernel(1, 4) == 1);

    // In the image it is something else as soon as a stride lies before it.
    Graph net;
    const Node x = conv(net.input({.h = 23, .w = 23}), {.filters = 1, .kernel = 3, .stride = 2});
    const Node y = dilated_conv(x, {.filters = 1, .kernel = 3, .dilation = 2});
    CHECK(receptive_field(net, y).h.size == 11);
    CHECK(naive::fields(net, y)[0] == Region{{0, 11}, {0, 11}});
    CHECK(naive::fields_by_gradient(net, y)[0] == Region{{0, 11}, {0, 11}});
}
// [effective]

// [cost]
TEST_CASE(
    "s-14: dilation costs no multiplication per output but the output shrinks unless padding grows (E11)") {
    const Tensor x({.h = 10, .w = 10}), w({3, 3, 1, 1});
    const DilatedConvolution one{.dilation = 1}, two{.dilation = 2};
    CHECK(naive::dilated_conv2d(x, w, {}, one).shape() == Shape{.h = 8, .w = 8});
    CHECK(naive::dilated_conv2d(x, w, {}, two).shape() == Shape{.h = 6, .w = 6});
    CHECK(naive::dilated_conv2d_multiplications(x, w, one) == 9 * 8 * 8);
    CHECK(naive::dilated_conv2d_multiplications(x, w, two) == 9 * 6 * 6);

    // To keep the size, padding is d (K - 1) / 2, and then the cost is equal.
    const DilatedConvolution one_same{.dilation = 1, .padding = 1}, two_same{.dilation = 2, .padding = 2};
    CHECK(dilated_shape(x.shape(), w.shape(), two_same) == x.shape());
    CHECK(naive::dilated_conv2d_multiplications(x, w, two_same) ==
          naive::dilated_conv2d_multiplications(x, w, one_same));
}
// [cost]

// [gridding]
TEST_CASE("s-14: gridding in counts: how many pixels of its field one unit really reads (E13)") {
    const auto used = [](const std::vector<int>& dilations) {
        int field = 1;
        for (const int d : dilations) field += 2 * d;
        Graph net;
        Node x = net.input({.h = field, .w = field});
        for (const int d : dilations) x = dilated_conv(x, {.filters = 1, .dilation = d});
        CHECK(x.shape() == Shape{});
        CHECK(receptive_field(net, x).h.size == field);

        // Lit one by one, and by one gradient: the same pixels.
        const Tensor moved = influence(net, x, 0, 0);
        const Tensor dx = gradient_map(net, open_weights(net), Tensor(net.node(0).shape()), x, 0, 0);
        int lit = 0, reached = 0;
        for (const real value : moved.flat()) lit += value != 0;
        for (const real value : dx.flat()) reached += value != 0;
        CHECK(lit == reached);
        return std::to_string(lit) + " of " + std::to_string(field * field);
    };
    CHECK(used({2, 2}) == "25 of 81");
    CHECK(used({2, 2, 2}) == "49 of 169");
    CHECK(used({2, 4, 8}) == "225 of 841");
    CHECK(used({1, 2, 4}) == "225 of 225");
    CHECK(used({1, 2, 3}) == "169 of 169");
    CHECK(used({1, 2, 5}) == "289 of 289");
}
// [gridding]

TEST_SUITE_END();
