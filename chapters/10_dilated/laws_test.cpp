// What no slide states but dilated convolution obeys.
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "dilated.hpp"
#include "receptive_field.hpp"

using namespace cnn;

namespace {

// A layer with its tensors, every number of it drawn at random.
struct Case {
    Tensor x, w, b;
    DilatedConvolution layer;

    explicit Case(Random& random) {
        const int widths[] = {1, 2, 3, simd::lanes - 1, simd::lanes, simd::lanes + 1};
        const auto narrow = [&] { return 1 + random.below(3); };
        layer = {.dilation = {narrow(), narrow()},
                 .stride = {narrow(), narrow()},
                 .padding = {random.below(4), random.below(4), random.below(4), random.below(4)},
                 .mode = random.below(4) == 0 ? PaddingMode(1 + random.below(4)) : PaddingMode::constant,
                 .groups = 1 + random.below(2)};
        // One wide side at most: inputs, filters or the map.
        const int which = random.below(3), wide = widths[random.below(6)];
        const int c = which == 0 ? wide : narrow(), f = which == 1 ? wide : narrow();
        const Shape filters{narrow(), narrow(), c, f * layer.groups};
        const int height = effective_kernel(filters.n, layer.dilation.h) + random.below(4);
        const int width =
            which == 2 ? 2 * wide + 1 : effective_kernel(filters.h, layer.dilation.w) + random.below(4);
        x = small_integers({1 + 2 * random.below(2), height,
                            std::max(width, effective_kernel(filters.h, layer.dilation.w)), c * layer.groups},
                           random.bits());
        if (std::min(x.shape().h, x.shape().w) == 1 && layer.mode == PaddingMode::reflect)
            layer.mode = PaddingMode::symmetric;  // a mirror on the pixel needs a second one
        w = small_integers(filters, random.bits());
        if (random.below(2)) b = small_integers({.c = filters.c}, random.bits());
    }
};

}  // namespace

TEST_SUITE_BEGIN("10 dilated convolution");

TEST_CASE("s-14: optimized is naive to the last bit in 2400 random layers forward and backward") {
    const std::uint64_t seed = fuzz_seed("dilated", 1014);
    Random random(seed);
    CAPTURE(seed);
    for (int trial = 0; trial < 2400; ++trial) {
        const Case c(random);
        CAPTURE(trial);
        CAPTURE(c.x.shape());
        CAPTURE(c.w.shape());
        CAPTURE(c.layer.dilation);
        CAPTURE(c.layer.stride);
        CAPTURE(c.layer.padding);
        const View b = c.b.empty() ? View{} : View(c.b);
        const Tensor y = naive::dilated_conv2d(c.x, c.w, b, c.layer);
        REQUIRE(optimized::dilated_conv2d(c.x, c.w, b, c.layer) == y);
        const Tensor dy = small_integers(y.shape(), random.bits());
        REQUIRE(optimized::dilated_conv2d_backward_input(dy, c.w, c.x.shape(), c.layer) ==
                naive::dilated_conv2d_backward_input(dy, c.w, c.x.shape(), c.layer));
        REQUIRE(optimized::dilated_conv2d_backward_filters(dy, c.x, c.w.shape(), c.layer) ==
                naive::dilated_conv2d_backward_filters(dy, c.x, c.w.shape(), c.layer));
    }
}

TEST_CASE("s-14: the gradient is the adjoint: <dilated(x) and dy> = <x and dilated_backward(dy)>") {
    Random random(1410);
    for (int trial = 0; trial < 50; ++trial) {
        const Case c(random);
        const Tensor dy = small_integers(dilated_shape(c.x.shape(), c.w.shape(), c.layer), 3);
        const double forward = dot(optimized::dilated_conv2d(c.x, c.w, {}, c.layer), dy);
        CHECK(forward == dot(c.x, optimized::dilated_conv2d_backward_input(dy, c.w, c.x.shape(), c.layer)));
        CHECK(forward == dot(c.w, optimized::dilated_conv2d_backward_filters(dy, c.x, c.w.shape(), c.layer)));
    }
}

TEST_CASE_TEMPLATE("s-14: dilation 1 is chapter 04's convolution", Implementation, Naive, Optimized) {
    const auto dilated = pick<Implementation>(naive::dilated_conv2d, optimized::dilated_conv2d);
    const Tensor x = small_integers({.n = 2, .h = 7, .w = 9, .c = 4}), w = small_integers({3, 2, 2, 6}, 2);
    CHECK(dilated(x, w, {}, {.dilation = 1, .stride = 2, .padding = {0, 1, 2, 0}, .groups = 2}) ==
          naive::conv2d(x, w, {}, {.stride = 2, .padding = {0, 1, 2, 0}, .groups = 2}));
}

// [phases]
TEST_CASE("s-14: a dilated layer is d times d ordinary layers that do not hear of each other") {
    // Each takes every d-th pixel and gives every d-th pixel: why stacked equal rates leave a grid (E13).
    const int d = 3;
    const Tensor x = small_integers({.n = 2, .h = 12, .w = 10, .c = 3}), w = small_integers({3, 3, 3, 5}, 2);
    const Tensor whole = optimized::dilated_conv2d(x, w, {}, {.dilation = d});
    for (int i = 0; i < d; ++i)
        for (int j = 0; j < d; ++j) {
            const Tensor phase(x.view().strided(d, i, j));
            CHECK(Tensor(whole.view().strided(d, i, j)) == naive::conv2d(phase, w, {}, {}));
        }
}
// [phases]

TEST_CASE("s-14: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 2, .h = 21, .w = 17, .c = 9}), w = normal_numbers({3, 3, 9, 20});
    const DilatedConvolution layer{.dilation = 2, .padding = 2};
    const ThreadCount restored;
    set_threads(1);
    const Tensor y = optimized::dilated_conv2d(x, w, {}, layer);
    const Tensor dx = optimized::dilated_conv2d_backward_input(y, w, x.shape(), layer);
    const Tensor dw = optimized::dilated_conv2d_backward_filters(y, x, w.shape(), layer);
    set_threads(3);
    CHECK(optimized::dilated_conv2d(x, w, {}, layer) == y);
    CHECK(optimized::dilated_conv2d_backward_input(y, w, x.shape(), layer) == dx);
    CHECK(optimized::dilated_conv2d_backward_filters(y, x, w.shape(), layer) == dw);
}

TEST_CASE("s-14: as a node of a network it names its parameters and counts what it multiplies") {
    Graph net;
    const Node y = dilated_conv(net.input({.h = 10, .w = 10, .c = 4}),
                                {.filters = 6, .dilation = 2, .padding = 2, .groups = 2}, "context");
    CHECK(y.shape() == Shape{.h = 10, .w = 10, .c = 6});
    const std::vector<Parameter> parameters = net.parameters();
    REQUIRE(parameters.size() == 2);
    CHECK(parameters[0].name == "context.weight");
    CHECK(parameters[0].shape == Shape{3, 3, 2, 6});
    CHECK(parameters[1].name == "context.bias");
    const Graph::Entry& entry = net.entry(y);
    CHECK(entry.operation->multiply_adds(net.input_shapes(entry)) ==
          naive::dilated_conv2d_multiplications(Tensor({.h = 10, .w = 10, .c = 4}), Tensor({3, 3, 2, 6}),
                                                {.dilation = 2, .padding = 2, .groups = 2}));
}

TEST_CASE(
    "exercise 10.1: rates without a common divisor and no larger than the field before leave no holes") {
    // Along one axis: the places that taps -1 0 1 times each rate can add up to.
    const auto holes = [](const std::vector<int>& rates) {
        std::vector<int> places{0};
        for (const int d : rates) {
            std::vector<int> next;
            for (const int p : places)
                for (const int m : {-1, 0, 1}) next.push_back(p + m * d);
            std::ranges::sort(next);
            next.erase(std::unique(next.begin(), next.end()), next.end());
            places = next;
        }
        return places.back() - places.front() + 1 - int(places.size());
    };
    CHECK(holes({1, 2, 5}) == 0);
    CHECK(holes({1, 3, 9}) == 0);  // the fastest growth without a hole: each rate is the field before it
    CHECK(holes({1, 4}) > 0);
    CHECK(holes({2, 3}) > 0);  // no common divisor, but 2 is larger than the field of one pixel before it
    CHECK(holes({2, 4, 8}) > 0);
}

TEST_CASE("exercise 10.2: n layers whose rates double see 2^(n+1) - 1 pixels for the price of n") {
    Graph net;
    Node x = net.input({.h = 300, .w = 300});
    for (int layer = 0; layer < 7; ++layer) {
        x = dilated_conv(x, {.filters = 1, .dilation = 1 << layer, .padding = 1 << layer});
        CHECK(x.shape().h == 300);
    }
    CHECK(net.parameters().size() == 2 * 7);
    CHECK(receptive_field(net, x).h.size == (1 << 8) - 1);
}

TEST_CASE("exercise 10.3: two distances added are one ordinary 5x5 layer with 17 free weights of 25") {
    const Tensor x = small_integers({.h = 9, .w = 9});
    const Tensor near = small_integers({3, 3, 1, 1}, 2), far = small_integers({3, 3, 1, 1}, 3);
    Tensor sum = optimized::dilated_conv2d(x, near, {}, {.dilation = 1, .padding = 1});
    add(optimized::dilated_conv2d(x, far, {}, {.dilation = 2, .padding = 2}), sum);

    Tensor both = with_zeros(far, 2);
    for (int m = 0; m < 3; ++m)
        for (int l = 0; l < 3; ++l) both(m + 1, l + 1, 0, 0) += near(m, l, 0, 0);
    CHECK(optimized::conv2d(x, both, {}, {.padding = 2}) == sum);

    // Free are the inner nine and the outer eight; both share the middle.
    Tensor used = with_zeros(Tensor(near.shape()), 2);
    for (int m = 0; m < 5; ++m)
        for (int l = 0; l < 5; ++l)
            used(m, l, 0, 0) = (1 <= m && m <= 3 && 1 <= l && l <= 3) || (m % 2 == 0 && l % 2 == 0);
    CHECK(dot(used, used) == 17);
}

TEST_CASE("s-14: wrong use is refused in one line that names the remedy") {
    const auto shape = [](Shape w, DilatedConvolution layer) {
        return error_of([&] { dilated_shape({.h = 6, .w = 6, .c = 2}, w, layer); });
    };
    CHECK(shape({3, 3, 2, 1}, {.dilation = 0}) ==
          "dilated_conv2d: the dilation is 0x0; it is the distance between taps and at least 1, which is an "
          "ordinary convolution");
    CHECK(shape({3, 3, 2, 1}, {.dilation = 3}) ==
          "dilated_conv2d, 3x3 taps 3x3 apart: conv2d: the kernel is 7x7, larger than the padded input of "
          "6x6; pad "
          "more or take a smaller kernel");
    CHECK(
        shape({3, 3, 3, 1}, {}) ==
        "dilated_conv2d, 3x3 taps 2x2 apart: conv2d: the filters see 3 channels in each of 1 group, but the "
        "input has 2; give it 3, or filters of 2");
    const Tensor x({.h = 6, .w = 6, .c = 2}), w({3, 3, 2, 1});
    CHECK(error_of([&] { optimized::dilated_conv2d(x, w, Tensor({.c = 2}), {}); }) ==
          "conv2d: the bias is 1x1x1x2; 1 filters need 1x1x1x1, or none");
    CHECK(error_of([&] {
              optimized::dilated_conv2d_backward_input(Tensor({.h = 3, .w = 3}), w, x.shape(), {});
          }) == "conv2d: the gradient is 1x3x3x1; the output it belongs to is 1x2x2x1");
    CHECK(shape({1, 1, 2, 1}, {.dilation = 99}) == "no error");
}

TEST_SUITE_END();
