// What the slide does not state but transposed convolution obeys: optimized is naive, it is the adjoint.
#include <filesystem>

#include "common/files/safetensors.hpp"
#include "common/graph/weights.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "transposed.hpp"

using namespace cnn;
using simd::lanes;

namespace {

// One layer on one input.
struct Case {
    Shape x, w;
    TransposedConvolution layer;
};

// A small layer, anything that is allowed.
Case random_case(Random& random) {
    while (true) {
        const auto extent = [&](int most) { return Extent(1 + random.below(most), 1 + random.below(most)); };
        TransposedConvolution layer{.stride = extent(4),
                                    .dilation = random.below(3) == 0 ? extent(4) : Extent(1)};
        const Extent kernel = extent(4);
        const auto side = [&](int taps) { return random.below(2) == 0 ? 0 : random.below(taps + 1); };
        layer.padding = {side(kernel.h), side(kernel.h), side(kernel.w), side(kernel.w)};
        layer.output_padding = {random.below(layer.stride.h), random.below(layer.stride.w)};
        layer.groups = random.below(3) == 0 ? 1 + random.below(3) : 1;
        const int in = layer.groups * (1 + random.below(4)),
                  out = 1 + random.below(layer.groups > 1 ? 3 : 20);
        const Case all{{1 + random.below(3), 1 + random.below(5), 1 + random.below(6), in},
                       {kernel.h, kernel.w, out, in},
                       layer};
        if (error_of([&] { transposed_shape(all.x, all.w, layer); }) == "no error") return all;
    }
}

void same(const Case& all, std::uint64_t seed) {
    const Shape &x_shape = all.x, &w_shape = all.w;
    const TransposedConvolution& layer = all.layer;
    CAPTURE(x_shape);
    CAPTURE(w_shape);
    CAPTURE(layer.stride);
    CAPTURE(layer.padding);
    CAPTURE(layer.output_padding);
    CAPTURE(layer.dilation);
    CAPTURE(layer.groups);
    const Tensor x = small_integers(x_shape, seed), w = small_integers(w_shape, seed + 1);
    const Tensor b = small_integers({.c = w_shape.w * layer.groups}, seed + 2);
    const Tensor y = naive::conv_transposed2d(x, w, b, layer);
    CHECK(optimized::conv_transposed2d(x, w, b, layer) == y);
    const Tensor dy = small_integers(y.shape(), seed + 3);
    CHECK(optimized::conv_transposed2d_backward_input(dy, w, x_shape, layer) ==
          naive::conv_transposed2d_backward_input(dy, w, x_shape, layer));
    CHECK(optimized::conv_transposed2d_backward_filters(dy, x, w_shape, layer) ==
          naive::conv_transposed2d_backward_filters(dy, x, w_shape, layer));
}

}  // namespace

TEST_SUITE_BEGIN("12 transposed convolution");

TEST_CASE("s-16: optimized transposed convolution is naive to the last bit on 2000 random layers") {
    const ThreadCount restored;
    set_threads(1);  // thousands of tiny layers: waking threads would take longer than the layers
    const std::uint64_t seed = fuzz_seed("transposed", 1216);
    CAPTURE(seed);
    Random random(seed);
    for (int i = 0; i < 2000; ++i) {
        CAPTURE(i);
        same(random_case(random), random.bits());
    }
}

TEST_CASE("s-16: optimized transposed convolution is naive to the last bit on awkward shapes") {
    for (const int channels : {1, 3, lanes - 1, lanes, lanes + 1})
        for (const int batch : {1, 3})
            same({{batch, 3, 4, channels},
                  {4, 3, lanes + 2 - channels % 3, channels},
                  {.stride = {2, 3}, .padding = {1, 0, 2, 1}}},
                 5);
    for (int width = 1; width <= 2 * lanes + 1; ++width)
        same({{1, 2, width, 2}, {3, 3, 3, 2}, {.stride = 2, .padding = 1, .output_padding = 1}}, 6);
    same({{1, 2, 3, 2}, {1, 2, 3, 2}, {.stride = {5, 3}}}, 7);                    // phases without a tap
    same({{1, 70, 9, 5}, {4, 4, 4 * lanes, 5}, {.stride = 2, .padding = 1}}, 8);  // several bands and panels
}

TEST_CASE("s-16: scatter and matrix and inserted zeros are one") {
    Random random(16);
    for (int i = 0; i < 200; ++i) {
        const auto [x_shape, w_shape, layer] = random_case(random);
        const Tensor x = small_integers(x_shape), w = small_integers(w_shape, 2);
        const Tensor b = small_integers({.c = w_shape.w * layer.groups}, 3);
        const Tensor y = naive::conv_transposed2d(x, w, b, layer);
        CAPTURE(i);
        CHECK(naive::conv_transposed2d_by_matrix(x, w, b, layer) == y);
        CHECK(naive::conv_transposed2d_by_zeros(x, w, b, layer) == y);
    }
}

// [adjoint]
TEST_CASE_TEMPLATE("s-16: the adjoint identity: <conv(x) y> = <x conv_transposed(y)> with the same filters",
                   Implementation, Naive, Optimized) {
    const auto conv2d = pick<Implementation>(naive::conv2d, optimized::conv2d);
    const auto conv_transposed2d =
        pick<Implementation>(naive::conv_transposed2d, optimized::conv_transposed2d);
    for (const int stride : {1, 2, 3})
        for (const int groups : {1, 2}) {
            const Tensor x = small_integers({.n = 2, .h = 7, .w = 8, .c = 4});
            const Tensor w = small_integers({3, 4, 4 / groups, 6}, 2);
            const Sides padding{1, 0, 2, 1};
            const Tensor conv_x = conv2d(x, w, {}, {.stride = stride, .padding = padding, .groups = groups});
            const Tensor y = small_integers(conv_x.shape(), 3);
            // output_padding names the size that the convolution came from.
            const Extent lost{(7 + 1 - 3) % stride, (8 + 3 - 4) % stride};
            const Tensor back = conv_transposed2d(
                y, w, {}, {.stride = stride, .padding = padding, .output_padding = lost, .groups = groups});
            CHECK(dot(conv_x, y) == dot(x, back));
        }
}
// [adjoint]

TEST_CASE("s-16: transposed convolution is the gradient of a convolution") {
    const Tensor dy = small_integers({.n = 2, .h = 4, .w = 5, .c = 6}), w = small_integers({3, 3, 4, 6}, 2);
    CHECK(optimized::conv_transposed2d(dy, w, {}, {.stride = 2, .padding = 1, .output_padding = {1, 0}}) ==
          naive::conv2d_backward_input(dy, w, {2, 8, 9, 4}, {.stride = 2, .padding = 1}));
}

TEST_CASE("s-16: slices of channels in and out") {
    const Tensor x = small_integers({.n = 2, .h = 4, .w = 5, .c = 3 * lanes}),
                 w = small_integers({2, 2, lanes + 3, 5}, 2);
    const View slice = View(x).channels(4, 5);
    Tensor both({.n = 2, .h = 8, .w = 10, .c = 3 * lanes});
    const MutableView beside = both.view().channels(6, lanes + 3);
    optimized::conv_transposed2d_into(slice, w, {}, {.stride = 2}, beside);
    CHECK(Tensor(beside) == naive::conv_transposed2d(Tensor(slice), w, {}, {.stride = 2}));
    fill(beside, 0);
    CHECK(both == Tensor(both.shape()));
}

TEST_CASE("s-16: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 2, .h = 40, .w = 33, .c = 9}), w = normal_numbers({4, 4, 17, 9}, 2);
    const TransposedConvolution layer{.stride = 2, .padding = 1};
    const ThreadCount restored;
    set_threads(1);
    const Tensor one = optimized::conv_transposed2d(x, w, {}, layer);
    set_threads(3);
    CHECK(optimized::conv_transposed2d(x, w, {}, layer) == one);
}

TEST_CASE("s-16: the node's shape and window and parameters") {
    Graph graph;
    const Node x = graph.input({.h = 5, .w = 6, .c = 4});
    const Node y = conv_transposed(
        x, {.filters = 6, .kernel = 3, .stride = 2, .padding = 1, .output_padding = 1, .groups = 2}, "up");
    CHECK(y.shape() == Shape{.h = 10, .w = 12, .c = 6});
    const Operation& operation = *graph.entry(y).operation;
    CHECK(operation.kind() == "conv_transposed2d");
    const Window window = operation.window({x.shape()});
    CHECK(window.transposed);
    CHECK(window.kernel == Extent(3));
    CHECK(window.stride == Extent(2));
    CHECK(window.padding == Sides(1));
    CHECK(operation.multiply_adds({x.shape()}) == 4 * 3 * 3 * 3 * 5 * 6);
    REQUIRE(graph.parameters().size() == 2);
    CHECK(graph.parameters()[0].name == "up.weight");
    CHECK(graph.parameters()[0].shape == Shape{3, 3, 3, 4});
    CHECK(graph.parameters()[1].shape == Shape{.c = 6});
}

TEST_CASE(
    "s-16: a file holds the filters as PyTorch's ConvTranspose2d does: c_in and c_out / groups and kh and "
    "kw") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 2, .c = 4});
    conv_transposed(x, {.filters = 6, .kernel = {2, 3}, .groups = 2}, "up");
    const Weights weights = initialise(graph, 1);
    const auto file = std::filesystem::temp_directory_path() / "receptive_transposed.safetensors";
    save_weights(file, graph, weights);
    const safetensors::Array stored = safetensors::read(file).arrays.at("up.weight");
    CHECK(stored.shape == std::vector<std::int64_t>{4, 3, 2, 3});
    CHECK(stored.numbers[((2 * 3 + 1) * 2 + 1) * 3 + 2] == weights["up.weight"](1, 2, 1, 2));
    CHECK(load_weights(file, graph) == weights);
    std::filesystem::remove(file);
}

TEST_CASE("s-16: wrong transposed convolutions are refused in one line that names the remedy") {
    const auto shape = [](Shape x, Shape w, const TransposedConvolution& layer) {
        return error_of([&] { transposed_shape(x, w, layer); });
    };
    const Shape x{.h = 3, .w = 3, .c = 4}, w{2, 2, 3, 4};
    CHECK(shape(x, w, {.stride = 0}) == "conv_transposed2d: the stride is 0x0; it must be at least 1");
    CHECK(shape(x, w, {.dilation = {1, 0}}) ==
          "conv_transposed2d: the dilation is 1x0; it must be at least 1");
    CHECK(shape(x, w, {.padding = {0, 0, -1, 0}}) ==
          "conv_transposed2d: the padding is top 0 bottom 0 left -1 right 0; it must not be negative");
    CHECK(shape(x, w, {.stride = 2, .output_padding = 2}) ==
          "conv_transposed2d: the output_padding is 2x2 and the stride 2x2; it must be at least 0 and below "
          "the "
          "stride");
    CHECK(shape(x, w, {.groups = 0}) == "conv_transposed2d: there are 0 groups; there must be at least 1");
    CHECK(shape(x, w, {.groups = 3}) ==
          "conv_transposed2d: 3 groups do not divide 4 input channels; choose a divisor");
    CHECK(shape(x, {2, 2, 4, 3}, {}) ==
          "conv_transposed2d: the filters take 3 channels, but the input has 4; w is (kh, kw, c_out / "
          "groups, c_in)");
    CHECK(
        shape({.h = 1, .w = 1, .c = 4}, w, {.padding = 1}) ==
        "conv_transposed2d: the padding of top 1 bottom 1 left 1 right 1 leaves 0x0 of the output; pad less");
    CHECK(shape({.h = 0, .w = 1, .c = 4}, w, {}) ==
          "conv_transposed2d: the map is 0x1; there is nothing to convolve");
    CHECK(error_of([&] { optimized::conv_transposed2d(Tensor(x), Tensor(w), Tensor({.c = 4}), {}); }) ==
          "conv_transposed2d: the bias is 1x1x1x4; 3 filters need 1x1x1x3, or none");
    CHECK(error_of([&] { optimized::conv_transposed2d_backward_input(Tensor(x), Tensor(w), x, {}); }) ==
          "conv_transposed2d: the gradient is 1x3x3x4; the output it belongs to is 1x4x4x3");
    Graph graph;
    CHECK(error_of([&] { conv_transposed(graph.input(x), {.filters = 3, .groups = 2}, "up"); }) ==
          "up: conv_transposed2d: 2 groups do not divide 3 filters; choose a divisor");
}

TEST_SUITE_END();
