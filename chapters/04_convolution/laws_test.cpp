// What no slide states but a convolution obeys: optimized is naive, gradients are adjoints, wrong use is
// refused.
#include "common/kernels/nontemporal.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"

using namespace cnn;

namespace {

struct Problem {
    Shape x, w;
    Convolution layer;
    bool bias;
};

std::ostream& operator<<(std::ostream& out, const Problem& p) {
    const Convolution& c = p.layer;
    return out << "x " << p.x << ", w " << p.w << ", stride " << c.stride << ", padding " << c.padding << ", "
               << name(c.mode) << ", groups " << c.groups << (p.bias ? ", bias" : "") << ", activation "
               << int(c.activation);
}

// Forward and both gradients, both ways.
void same(const Tensor& x, const Tensor& w, View b, const Convolution& layer) {
    const Tensor y = naive::conv2d(x, w, b, layer), dy = small_integers(y.shape(), 5);
    CHECK(engine::conv2d(x, w, b, layer) == y);
    for (const Rung<Conv2dFunction>& rung : convolution_ladder()) {
        CAPTURE(rung.name);
        CHECK(rung.call(x, w, b, layer) == y);
    }
    CHECK(engine::conv2d_backward_input(dy, w, x.shape(), layer) ==
          naive::conv2d_backward_input(dy, w, x.shape(), layer));
    CHECK(engine::conv2d_backward_filters(dy, x, w.shape(), layer) ==
          naive::conv2d_backward_filters(dy, x, w.shape(), layer));
}

// A small layer of any kind that the shape rule allows.
Problem any_problem(Random& random) {
    const auto one_of = [&](std::initializer_list<int> all) {
        return all.begin()[random.below(int(all.size()))];
    };
    for (;;) {
        Problem p;
        p.layer.groups = one_of({1, 1, 1, 2, 3, 5, 9});
        const int channels = one_of({1, 1, 2, 3, 4, 8, simd::lanes - 1, simd::lanes, simd::lanes + 1});
        const int filters =
            p.layer.groups > 1 && random.below(2) == 0
                ? channels
                : one_of({1, 2, 3, 4, 6, simd::lanes - 1, simd::lanes, simd::lanes + 1, 3 * simd::lanes});
        p.w = {1 + random.below(5), 1 + random.below(5), channels, filters * p.layer.groups};
        p.x = {one_of({1, 1, 3}), 1 + random.below(9), 1 + random.below(one_of({4, 9, 19})),
               channels * p.layer.groups};
        p.layer.stride = {1 + random.below(4), 1 + random.below(4)};
        if (random.below(3) > 0)
            p.layer.padding = {random.below(6) - 1, random.below(6) - 1, random.below(6) - 1,
                               random.below(6) - 1};
        p.layer.mode = PaddingMode(random.below(2) * random.below(5));
        p.layer.activation = Activation(random.below(3));
        p.bias = random.below(2) == 1;
        // Fewer than this many multiplications, so that naive stays quick.
        if (error_of([&] {
                convolved_shape(p.x, p.w, p.layer);
                padded_shape(p.x, {p.layer.padding, p.layer.mode});
            }) == "no error" &&
            convolved_shape(p.x, p.w, p.layer).size() * p.w.n * p.w.h * p.w.w < 60000)
            return p;
    }
}

}  // namespace

TEST_SUITE_BEGIN("04 convolution");

TEST_CASE("s-08: optimized is naive to the last bit, forward and both gradients, on any small layer") {
    const std::uint64_t seed = fuzz_seed("convolution", 4);
    Random random(seed);
    for (int round = 0; round < 2000; ++round) {
        const Problem p = any_problem(random);
        CAPTURE(seed);
        CAPTURE(round);
        CAPTURE(p);
        const Tensor x = small_integers(p.x, 1), w = small_integers(p.w, 2);
        const Tensor b = p.bias ? small_integers({.c = p.w.c}, 3) : Tensor();
        same(x, w, p.bias ? View(b) : View(), p.layer);
    }
}

TEST_CASE("s-08: a slice of a map and every second pixel convolve like their copies") {
    const Tensor x = small_integers({.n = 2, .h = 9, .w = 11, .c = 7}), w = small_integers({3, 2, 4, 5}, 2);
    const View part = View(x).channels(2, 4).strided({2, 3}, 1, 0);
    Tensor whole({.n = 2, .h = 8, .w = 5, .c = 9});
    const Convolution layer{.padding = {1, 1, 0, 2}};
    const MutableView to = whole.view().channels(3, 5).strided({2, 1});
    engine::conv2d_into(part, w, {}, layer, to);
    CHECK(Tensor(View(to)) == naive::conv2d(Tensor(part), w, {}, layer));
    CHECK(Tensor(View(whole).channels(0, 3)) == Tensor({2, 8, 5, 3}));  // the neighbours are untouched
    CHECK(Tensor(View(whole).strided({2, 1}, 1, 0)) == Tensor({2, 4, 5, 9}));
}

TEST_CASE("s-08: a layer prepared once serves many maps, forward and back, also those with gaps") {
    for (const Shape& filters : {Shape{3, 3, 5, 19}, {5, 5, 1, 6}, {3, 3, 4, 18}, {1, 1, 5, 7}})
        for (const PaddingMode mode : {PaddingMode::constant, PaddingMode::reflect}) {
            const Convolution layer{.padding = (filters.n - 1) / 2, .mode = mode};
            const Tensor w = small_integers(filters, 2), b = small_integers({.c = filters.c}, 3);
            const Shape shape{2, 6, 9, filters.w}, y_shape{2, 6, 9, filters.c};
            const auto forward = engine::prepared_conv2d(w, b, layer, shape);
            const auto back = engine::prepared_conv2d_backward_input(w, layer, shape);
            Tensor wide_y({2, 6, 9, filters.c + 3}), wide_dx({2, 6, 9, filters.w + 2});
            for (std::uint64_t seed = 4; seed < 6; ++seed) {
                const Tensor x = small_integers(shape, seed), dy = small_integers(y_shape, seed);
                const MutableView y = wide_y.view().channels(1, filters.c),
                                  dx = wide_dx.view().channels(2, filters.w);
                forward(x, y);
                back(dy, dx);
                CHECK(Tensor(View(y)) == naive::conv2d(x, w, b, layer));
                CHECK(Tensor(View(dx)) == naive::conv2d_backward_input(dy, w, shape, layer));
            }
            CHECK(Tensor(View(wide_y).channels(0, 1)) == Tensor({2, 6, 9, 1}));  // beside: untouched
            CHECK(Tensor(View(wide_dx).channels(0, 2)) == Tensor({2, 6, 9, 2}));
        }
}

TEST_CASE("s-08: the convolution is linear and its gradients are its adjoints") {
    const Convolution layer{.stride = {2, 1}, .padding = {1, 0, 2, 3}, .groups = 2};
    const Tensor x = small_integers({2, 7, 9, 6}), w = small_integers({3, 4, 3, 10}, 2);
    const Tensor y = engine::conv2d(x, w, {}, layer), dy = small_integers(y.shape(), 3);
    CHECK(dot(y, dy) == dot(x, engine::conv2d_backward_input(dy, w, x.shape(), layer)));
    CHECK(dot(y, dy) == dot(w, engine::conv2d_backward_filters(dy, x, w.shape(), layer)));

    Tensor sum = small_integers(x.shape(), 4), both = y;
    add(engine::conv2d(sum, w, {}, layer), both);
    add(x, sum);
    CHECK(engine::conv2d(sum, w, {}, layer) == both);
}

TEST_CASE("s-08: the ReLU keeps a NaN and passes no gradient at zero or below") {
    Graph net;
    const Node y = relu(net.input({.w = 4}));
    const Operation& operation = *net.entry(y).operation;
    Tensor x = slide("-1 0 2 3"), out({.w = 4}), dx({.w = 4});
    operation.forward({{{x}, {}, {}}, {}}, out);
    CHECK(out == slide("0 0 2 3"));
    const Tensor dy = slide("5 6 7 8");
    operation.backward({{{x}, {}, {}}, {}, out, dy, {dx}});
    CHECK(dx == slide("0 0 7 8"));

    x(0, 0, 0, 0) = NAN;
    operation.forward({{{x}, {}, {}}, {}}, out);
    CHECK(std::isnan(out(0, 0, 0, 0)));
    operation.backward({{{x}, {}, {}}, {}, out, dy, {dx}});
    CHECK(dx(0, 0, 0, 0) == 5);
    CHECK(std::isnan(engine::conv2d(x, slide_kernel("1"), {}, {.activation = Activation::relu})(0, 0, 0, 0)));
}

TEST_CASE("s-08: maps of one long row, of a long column and too large for the caches are naive") {
    for (const Shape& x : {Shape{1, 1, 3000, 3}, {1, 3000, 1, 3}})
        same(small_integers(x), small_integers({x.h == 1 ? 1 : 3, x.w == 1 ? 1 : 3, 3, 4}, 2), {}, {});
    const Tensor x = small_integers({2, 180, 190, 2}), w = small_integers({3, 3, 2, 64}, 2);
    CHECK(large(x.shape().size() / 2 * 64));
    same(x, w, {}, {.padding = 1});
}

TEST_CASE("s-08: one thread and two give the same bits") {
    const Convolution layer{.stride = 2, .padding = 1, .groups = 2};
    const Tensor x = normal_numbers({3, 19, 23, 34}), w = normal_numbers({3, 3, 17, 70}, 2);
    const ThreadCount restored;
    set_threads(1);
    const Tensor y = engine::conv2d(x, w, {}, layer), dy = normal_numbers(y.shape(), 3);
    const Tensor dx = engine::conv2d_backward_input(dy, w, x.shape(), layer);
    const Tensor dw = engine::conv2d_backward_filters(dy, x, w.shape(), layer);
    set_threads(2);
    CHECK(engine::conv2d(x, w, {}, layer) == y);
    CHECK(engine::conv2d_backward_input(dy, w, x.shape(), layer) == dx);
    CHECK(engine::conv2d_backward_filters(dy, x, w.shape(), layer) == dw);
}

TEST_CASE("s-08: a layer that cannot be is refused in one line that names the remedy") {
    const auto refused = [](Shape x, Shape w, Convolution layer) {
        return error_of([&] { convolved_shape(x, w, layer); });
    };
    CHECK(refused({1, 6, 6, 4}, {3, 3, 4, 9}, {.groups = 2}) ==
          "conv2d: 2 groups do not divide 4 input channels and 9 filters; choose a divisor of both");
    CHECK(
        refused({1, 6, 6, 4}, {3, 3, 4, 8}, {.groups = 2}) ==
        "conv2d: the filters see 4 channels in each of 2 groups, but the input has 4; give it 8, or filters "
        "of 2");
    CHECK(
        refused({1, 2, 6, 4}, {5, 3, 4, 8}, {.padding = 1}) ==
        "conv2d: the kernel is 5x3, larger than the padded input of 4x8; pad more or take a smaller kernel");
    CHECK(refused({1, 6, 6, 4}, {3, 3, 4, 8}, {.stride = {1, 0}}) ==
          "conv2d: the stride is 1x0; it must be at least 1");
    CHECK(refused({1, 6, 6, 4}, {3, 3, 4, 8}, {.groups = 0}) ==
          "conv2d: there are 0 groups; there must be at least 1");
    CHECK(refused({1, 6, 6, 4}, {3, 0, 4, 8}, {}) ==
          "conv2d: the filters are 3x0x4x8; kernel, channels and filters must be at least 1");

    const Tensor x({1, 6, 6, 4}), w({3, 3, 4, 8}), b({.c = 7}), dy({1, 3, 3, 8});
    for (const auto conv2d : {&naive::conv2d, &engine::conv2d})
        CHECK(error_of([&] { conv2d(x, w, b, {}); }) ==
              "conv2d: the bias is 1x1x1x7; 8 filters need 1x1x1x8, or none");
    for (const auto backward : {&naive::conv2d_backward_input, &engine::conv2d_backward_input})
        CHECK(error_of([&] { backward(dy, w, x.shape(), {}); }) ==
              "conv2d: the gradient is 1x3x3x8; the output it belongs to is 1x4x4x8");
    for (const auto backward : {&naive::conv2d_backward_filters, &engine::conv2d_backward_filters})
        CHECK(error_of([&] { backward(dy, x, w.shape(), {}); }) ==
              "conv2d: the gradient is 1x3x3x8; the output it belongs to is 1x4x4x8");
    Graph net;
    const Node in = net.input({1, 6, 6, 4});
    CHECK(error_of([&] { conv(in, {.filters = 8, .groups = 3}, "conv1"); }) ==
          "conv1: conv2d: 3 groups do not divide 4 input channels and 8 filters; choose a divisor of both");
}

TEST_SUITE_END();
