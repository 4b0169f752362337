// s-16: transposed convolution of the slide, read in four ways, then the errata.
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "transposed.hpp"

using namespace cnn;

namespace {

const Tensor image = slide(R"( 3 5 2 7
                               4 1 3 8
                               6 3 8 2
                               9 6 1 5 )");
const Tensor kernel = slide_kernel(R"( 1 2 1
                                       2 1 2
                                       1 1 2 )");
const Tensor small = slide(R"( 55 52
                               57 50 )");
const Tensor large = slide(R"( 55 162 159  52
                              167 323 319 154
                              169 264 326 204
                               57 107 164 100 )");

// The two other readings of the naive implementation, as further rows of each slide's test.
struct ByMatrix {};
struct ByZeros {};

template <class Reading>
auto conv_transposed2d() {
    if constexpr (std::is_same_v<Reading, ByMatrix>)
        return naive::conv_transposed2d_by_matrix;
    else if constexpr (std::is_same_v<Reading, ByZeros>)
        return naive::conv_transposed2d_by_zeros;
    else
        return pick<Reading>(naive::conv_transposed2d, optimized::conv_transposed2d);
}

// The sum of what arrives where ones meet ones: along one row.
template <class Reading>
Tensor overlap(int inputs, int taps, int stride) {
    Tensor x({.w = inputs}), w({.n = 1, .h = taps});
    fill(x, 1);
    fill(w, 1);
    return conv_transposed2d<Reading>()(x, w, {}, {.stride = {1, stride}});
}

}  // namespace

TYPE_TO_STRING_AS("matrix", ByMatrix);
TYPE_TO_STRING_AS("zeros", ByZeros);

TEST_SUITE_BEGIN("s-16 transposed convolution");

TEST_CASE_TEMPLATE("s-16: the ordinary convolution of the slide", Implementation, Naive, Optimized) {
    CHECK(pick<Implementation>(naive::conv2d, optimized::conv2d)(image, kernel, {}, {}) == small);
}

// [matrix]
TEST_CASE("s-16: the convolution as a matrix of 4 x 16") {
    const Tensor matrix = convolution_matrix(small.shape(), kernel, {});
    CHECK(matrix == slide(R"( 1 2 1 0 2 1 2 0 1 1 2 0 0 0 0 0
                              0 1 2 1 0 2 1 2 0 1 1 2 0 0 0 0
                              0 0 0 0 1 2 1 0 2 1 2 0 1 1 2 0
                              0 0 0 0 0 1 2 1 0 2 1 2 0 1 1 2 )"));

    // Times the image, read row by row, it is the convolution.
    for (int row = 0; row < 4; ++row)
        CHECK(dot(matrix.view().window(row, 0, {1, 16}), Tensor(image).reshaped({.w = 16})) ==
              small.flat()[std::size_t(row)]);
}
// [matrix]

// [large]
TEST_CASE_TEMPLATE("s-16: the transposed convolution of the slide", Reading, Naive, ByMatrix, ByZeros,
                   Optimized) {
    CHECK(conv_transposed2d<Reading>()(small, kernel, {}, {}) == large);
}
// [large]

// [partial]
TEST_CASE_TEMPLATE("s-16: each input element sends its own copy of the kernel and the four maps add up",
                   Reading, Naive, ByMatrix, ByZeros, Optimized) {
    const Tensor maps[] = {slide(R"( 55 110  55   0
                                    110  55 110   0
                                     55  55 110   0
                                      0   0   0   0 )"),
                           slide(R"(  0  52 104  52
                                      0 104  52 104
                                      0  52  52 104
                                      0   0   0   0 )"),
                           slide(R"(  0   0   0   0
                                     57 114  57   0
                                    114  57 114   0
                                     57  57 114   0 )"),  // the transcription has a foreign fifth row here
                           slide(R"(  0   0   0   0
                                      0  50 100  50
                                      0 100  50 100
                                      0  50  50 100 )")};
    Tensor sum(large.shape());
    for (int element = 0; element < 4; ++element) {
        CAPTURE(element);
        Tensor alone(small.shape());
        alone.flat()[std::size_t(element)] = small.flat()[std::size_t(element)];
        const Tensor map = conv_transposed2d<Reading>()(alone, kernel, {}, {});
        CHECK(map == maps[element]);
        add(map, sum);
    }
    CHECK(sum == large);
}
// [partial]

TEST_CASE("s-16: stride 1 without padding shrinks a map too (E18)") {
    CHECK(convolved_shape({.h = 4, .w = 4}, {.n = 3, .h = 3}, {}) == Shape{.h = 2, .w = 2});
    CHECK(convolved_shape({.h = 4, .w = 4}, {.n = 3, .h = 3}, {.padding = 1}) == Shape{.h = 4, .w = 4});
    CHECK(convolved_shape({.h = 4, .w = 4}, {.n = 3, .h = 3}, {.stride = 2, .padding = 1}) ==
          Shape{.h = 2, .w = 2});
}

// [inverse]
TEST_CASE_TEMPLATE(
    "s-16: transposed convolution is no deconvolution: it gives back the shape and not the values (E19)",
    Reading, Naive, ByMatrix, ByZeros, Optimized) {
    const Tensor back = conv_transposed2d<Reading>()(naive::conv2d(image, kernel, {}, {}), kernel, {}, {});
    CHECK(back.shape() == image.shape());
    CHECK(back == large);
    CHECK(!(back == image));
    // Nothing could give the values back: sixteen numbers went through a matrix of rank four.
    CHECK(rank(convolution_matrix(small.shape(), kernel, {})) == 4);
}
// [inverse]

// [size]
TEST_CASE("s-16: the output size needs output_padding and the dilation and may shrink (E20)") {
    // The slide's formula: W_o = K + (W_i - 1) S - 2 P.
    CHECK(transposed_extent(2, 3, 1, 0, 0, 1, 0) == 4);
    // s-05 takes 6 to 3, and so does 5: from 3 there are two ways back.
    CHECK(output_extent(6, 1, 1, 3, 2) == 3);
    CHECK(output_extent(5, 1, 1, 3, 2) == 3);
    CHECK(transposed_extent(3, 3, 2, 1, 1, 1, 0) == 5);
    CHECK(transposed_extent(3, 3, 2, 1, 1, 1, 1) == 6);
    // It can shrink, or keep the size.
    CHECK(transposed_extent(4, 1, 1, 1, 1, 1, 0) == 2);
    CHECK(transposed_extent(4, 3, 1, 1, 1, 1, 0) == 4);
    CHECK(transposed_extent(4, 3, 1, 0, 0, 2, 0) == 8);  // dilated by 2, the kernel is 5 wide
}
// [size]

// [output_padding]
TEST_CASE_TEMPLATE("s-16: output_padding adds computed values and not zeros (E20)", Reading, Naive, ByMatrix,
                   ByZeros, Optimized) {
    const auto row = [](int output_padding) {
        return conv_transposed2d<Reading>()(
            slide("1 10 100"), slide_kernel("1 2 3"), {},
            {.stride = {1, 2}, .padding = {0, 0, 1, 1}, .output_padding = {0, output_padding}});
    };
    // Uncropped: 1 2 13 20 130 200 300.  Padding crops one number at each end; output_padding keeps the last.
    CHECK(row(0) == slide("2 13 20 130 200"));
    CHECK(row(1) == slide("2 13 20 130 200 300"));
}
// [output_padding]

// [overlap]
TEST_CASE_TEMPLATE("s-16: where the stride does not divide the kernel outputs receive unevenly (E21)",
                   Reading, Naive, ByMatrix, ByZeros, Optimized) {
    CHECK(overlap<Reading>(4, 3, 2) == slide("1 1 2 1 2 1 2 1 1"));
    CHECK(overlap<Reading>(4, 4, 2) == slide("1 1 2 2 2 2 2 2 1 1"));
    CHECK(overlap<Reading>(4, 2, 2) == slide("1 1 1 1 1 1 1 1"));
    CHECK(overlap<Reading>(4, 5, 2) == slide("1 1 2 2 3 2 3 2 2 1 1"));
}
// [overlap]

// [unet]
TEST_CASE_TEMPLATE("s-16: U-Net's 2x2 with stride 2 writes each number once as a patch", Reading, Naive,
                   ByMatrix, ByZeros, Optimized) {
    CHECK(conv_transposed2d<Reading>()(slide(R"( 1 2
                                                 3 4 )"),
                                       slide_kernel(R"( 1 10
                                                                          100 1000 )"),
                                       {}, {.stride = 2}) == slide(R"(   1   10   2   20
                    100 1000 200 2000
                      3   30   4   40
                    300 3000 400 4000 )"));
}
// [unet]

TEST_CASE("s-16: the cost counts the size of the input and not of the output (E15)") {
    Graph graph;
    const Node x = graph.input({.h = 56, .w = 56, .c = 64});
    const Node y = conv_transposed(x, {.filters = 32, .kernel = 4, .stride = 2, .padding = 1});
    CHECK(y.shape() == Shape{.h = 112, .w = 112, .c = 32});
    CHECK(graph.entry(y).operation->multiply_adds({x.shape()}) == 64 * 32 * 4 * 4 * 56 * 56);
    // Counted as they run; what the padding crops is not computed.
    CHECK(naive::conv_transposed2d_multiplications({.h = 4, .w = 5, .c = 3}, {3, 3, 2, 3}, {.stride = 2}) ==
          3 * 2 * 3 * 3 * 4 * 5);
    CHECK(naive::conv_transposed2d_multiplications({.h = 4, .w = 5, .c = 3}, {3, 3, 2, 3},
                                                   {.stride = 2, .padding = 1}) ==
          3 * 2 * (3 * 4 - 2) * (3 * 5 - 2));
}

TEST_SUITE_END();
