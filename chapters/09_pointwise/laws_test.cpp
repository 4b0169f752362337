// What the slide does not state but the layer obeys: optimized is naive, the product is a product, gradients
// are adjoints, nothing depends on threads.
#include "common/kernels/nontemporal.hpp"
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "engine/pointwise_engine.hpp"
#include "pointwise.hpp"

using namespace cnn;
using simd::lanes;

namespace {

// Every way of the forward pass, and both gradients.
void same(View x, const Tensor& w, const Epilogue& epilogue, std::uint64_t seed = 3) {
    CAPTURE(x.shape);
    CAPTURE(w.shape());
    CAPTURE(int(epilogue.activation));
    const Tensor y = naive::pointwise_conv2d(x, w, epilogue);
    CHECK(optimized::pointwise_conv2d(x, w, epilogue) == y);
    CHECK(engine::pointwise_conv2d(x, w, epilogue) == y);
    for (const auto& rung : pointwise_ladder()) {
        CAPTURE(rung.name);
        CHECK(rung.call(x, w, epilogue) == y);
    }
    const Tensor dy = small_integers(y.shape(), seed);
    CHECK(engine::pointwise_conv2d_backward_input(dy, w, x.shape) ==
          naive::pointwise_conv2d_backward_input(dy, w, x.shape));
    CHECK(engine::pointwise_conv2d_backward_filters(dy, x, w.shape()) ==
          naive::pointwise_conv2d_backward_filters(dy, x, w.shape()));
}

const Epilogue rectified{.activation = Activation::relu};
constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::relu6};

}  // namespace

TEST_SUITE_BEGIN("09 pointwise");

TEST_CASE("s-13: optimized pointwise convolution is the naive one to the last bit on awkward shapes") {
    for (const int channels : {1, 3, lanes - 1, lanes, lanes + 1, 3 * lanes + 2})
        for (const int filters : {1, 3, lanes - 1, lanes, lanes + 1, 2 * lanes, 2 * lanes + 1, 5 * lanes})
            for (const int batch : {1, 3}) {
                const Tensor b = small_integers({.c = filters}, 4),
                             residual = small_integers({batch, 3, 5, filters}, 5);
                same(small_integers({batch, 3, 5, channels}), small_integers({1, 1, channels, filters}, 2),
                     {b, batch == 1 ? View{} : residual, activations[batch % 3]});
            }
    for (int width = 1; width <= 2 * lanes + 1; ++width)
        same(small_integers({.w = width, .c = 5}), small_integers({1, 1, 5, lanes + 1}, 2), {});
}

TEST_CASE("s-13: optimized pointwise convolution is the naive one to the last bit on 2000 random layers") {
    const std::uint64_t seed = fuzz_seed("pointwise", 913);
    CAPTURE(seed);
    Random random(seed);
    for (int layer = 0; layer < 2000; ++layer) {
        CAPTURE(layer);
        // Inputs may be slices of wider pixels, and every second or third of them.
        const int c = 1 + random.below(random.below(4) == 0 ? 70 : 12),
                  more = random.below(2) * random.below(5);
        const int filters = 1 + random.below(random.below(4) == 0 ? 70 : 12);
        const Tensor x = small_integers(
            {1 + random.below(3), 1 + random.below(9), 1 + random.below(9), c + more}, random.bits());
        const Extent step{1 + random.below(3) / 2, 1 + random.below(4) / 2};
        const Tensor w = small_integers({1, 1, c, filters}, random.bits());
        const Tensor b = small_integers({.c = filters}, random.bits());
        const View seen = x.view().channels(more, c).strided(step);
        const Tensor residual = small_integers(pointwise_shape(seen.shape, w.shape()), random.bits());
        same(seen, w,
             {random.below(2) == 0 ? View(b) : View{}, random.below(3) == 0 ? View(residual) : View{},
              activations[random.below(3)]},
             random.bits());
    }
}

TEST_CASE("s-13: maps that leave the caches and pixels a page apart change no bit") {
    const Tensor x = small_integers({2, 132, 128, 64}), w = small_integers({1, 1, 64, 24}, 2);
    same(x, w, rectified);

    const Tensor wide = small_integers({2, 9, 9, 512}), dy = small_integers({2, 5, 5, 256}, 3);
    const Shape filters{1, 1, 512, 256};
    CHECK(optimized::conv2d_backward_filters(dy, wide, filters, {.stride = 2}) ==
          naive::conv2d_backward_filters(dy, wide, filters, {.stride = 2}));
}

TEST_CASE("s-13: long sums and many pixels cross every block of the product") {
    same(small_integers({1, 9, 50, 40}), small_integers({1, 1, 40, 2 * lanes + 3}, 2), {});
    same(small_integers({1, 3, 3, 700}), small_integers({1, 1, 700, 220}, 2), rectified);
    same(small_integers({1, 40, 41, 70}), small_integers({1, 1, 70, 30}, 2), rectified);
}

TEST_CASE("s-13: sums of more channels and filters than stay near, over images of several blocks") {
    same(small_integers({3, 14, 14, 300}), small_integers({1, 1, 300, 5 * 64 + 9}, 2), {});
    same(small_integers({7, 7, 7, 530}), small_integers({1, 1, 530, 32}, 2), {});
}

TEST_CASE("s-13: results too large for the caches are the same to the last bit") {
    const Tensor x = small_integers({2, 180, 190, 2}), w = small_integers({1, 1, 2, 64}, 2);
    CHECK(large(pointwise_shape(x.shape(), w.shape()).size()));
    const Tensor y = naive::pointwise_conv2d(x, w);
    CHECK(optimized::pointwise_conv2d(x, w) == y);
    CHECK(engine::pointwise_conv2d(x, w) == y);
}

TEST_CASE("s-13: the result may be a slice of wider pixels or every second one") {
    const Tensor x = small_integers({2, 3, 4, 5}), w = small_integers({1, 1, 5, 6}, 2);
    const Tensor y = naive::pointwise_conv2d(x, w);
    Tensor wide({2, 3, 4, 8}), spread({2, 6, 8, 6});
    fill(wide, 99);
    fill(spread, 99);
    const Tensor panels = optimized::packed_panels(w);
    const auto both = {
        +[](View x, View w, const Tensor&, MutableView y) { engine::pointwise_conv2d_into(x, w, {}, y); },
        +[](View x, View, const Tensor& panels, MutableView y) {
            optimized::pointwise_conv2d_packed(x, panels, {}, y);
        }};
    for (const auto write : both) {
        write(x, w, panels, wide.view().channels(1, 6));
        CHECK(Tensor(wide.view().channels(1, 6)) == y);
        CHECK(wide(1, 2, 3, 0) == 99);
        CHECK(wide(1, 2, 3, 7) == 99);
        write(x, w, panels, spread.view().strided(2));
        CHECK(Tensor(spread.view().strided(2)) == y);
        CHECK(spread(0, 0, 1, 0) == 99);
        fill(wide, 99);
        fill(spread, 99);
    }
}

TEST_CASE("s-13: two 1x1 convolutions are one whose matrix is the product of both") {
    const Tensor x = small_integers({.h = 3, .w = 4, .c = 5});
    const Tensor first = small_integers({1, 1, 5, 7}, 2), second = small_integers({1, 1, 7, 4}, 3);
    const Tensor both = std::move(naive::pointwise_conv2d(
                                      Tensor(std::move(Tensor(first)).reshaped({1, 1, 5, 7})), second, {}))
                            .reshaped({1, 1, 5, 4});
    CHECK(optimized::pointwise_conv2d(optimized::pointwise_conv2d(x, first, {}), second, {}) ==
          optimized::pointwise_conv2d(x, both, {}));
}

TEST_CASE("s-13: the gradients are the adjoints of the 1x1 convolution") {
    const Tensor x = small_integers({2, 8, 9, 21}), w = small_integers({1, 1, 21, 35}, 2);
    const Tensor y = optimized::pointwise_conv2d(x, w, {}), dy = small_integers(y.shape(), 3);
    const double both = dot(y, dy);
    CHECK(dot(x, engine::pointwise_conv2d_backward_input(dy, w, x.shape())) == both);
    CHECK(dot(w, engine::pointwise_conv2d_backward_filters(dy, x, w.shape())) == both);
}

TEST_CASE("s-13: one thread and three give the same bits in the product and its gradients") {
    const Tensor x = normal_numbers({2, 30, 37, 70}), w = normal_numbers({1, 1, 70, 90}, 2);
    const Tensor dy = normal_numbers({2, 30, 37, 90}, 3);
    const ThreadCount restored;
    std::vector<Tensor> results;
    for (const int count : {1, 3}) {
        set_threads(count);
        results.push_back(optimized::pointwise_conv2d(x, w, {}));
        results.push_back(engine::pointwise_conv2d(x, w, {}));
        results.push_back(engine::pointwise_conv2d_backward_input(dy, w, x.shape()));
        results.push_back(engine::pointwise_conv2d_backward_filters(dy, x, w.shape()));
    }
    for (std::size_t i = 0; i < 4; ++i) CHECK(results[i] == results[i + 4]);
}

// [exercise_grey]
TEST_CASE("exercise 09.1: a colour twist that keeps grey has columns whose entries sum to 1") {
    const Tensor w = std::move(slide(R"( 0.5  0.25 0
                                         0.25 0.5  0
                                         0.25 0.25 1 )"))
                         .reshaped({1, 1, 3, 3});
    Tensor grey({.h = 2, .w = 2, .c = 3});
    fill(grey, 4);
    CHECK(optimized::pointwise_conv2d(grey, w, {}) == grey);
}
// [exercise_grey]

// [exercise_rank]
TEST_CASE("exercise 09.2: a bottleneck saves when it is narrower than half the harmonic mean of both sides") {
    const auto cheaper = [](int c, int f, int middle) { return c * middle + middle * f < c * f; };
    for (int c = 1; c <= 40; ++c)
        for (int f = 1; f <= 40; ++f)
            for (int middle = 1; middle <= 40; ++middle)
                CHECK_UNARY(cheaper(c, f, middle) == (middle * (c + f) < c * f));
    CHECK_UNARY(cheaper(256, 256, 127));
    CHECK_FALSE(cheaper(256, 256, 128));
}
// [exercise_rank]

TEST_CASE("s-13: a wrong pointwise layer is refused in one line that names the remedy") {
    const auto shape = [](const Shape& x, const Shape& w) {
        return error_of([&] { pointwise_shape(x, w); });
    };
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {3, 3, 4, 4}) ==
          "pointwise_conv2d: the kernel is 3x3; it must be 1x1 (others are for conv2d)");
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {1, 1, 3, 4}) ==
          "pointwise_conv2d: the filters see 3 channels, but the input has 4; they must agree");
    CHECK(shape({.h = 5, .w = 5, .c = 4}, {1, 1, 4, 0}) ==
          "pointwise_conv2d: there are 0 filters; there must be at least 1");
    const Tensor x({.h = 5, .w = 5, .c = 4}), w({1, 1, 4, 2}), b({.c = 3});
    for (const auto conv : {naive::pointwise_conv2d, optimized::pointwise_conv2d, engine::pointwise_conv2d})
        CHECK(error_of([&] { conv(x, w, {.bias = b}); }) ==
              "pointwise_conv2d: the bias is 1x1x1x3; 2 filters need 1x1x1x2, or none");
    for (const auto backward :
         {naive::pointwise_conv2d_backward_input, engine::pointwise_conv2d_backward_input})
        CHECK(error_of([&] { backward(x, w, x.shape()); }) ==
              "pointwise_conv2d: the gradient is 1x5x5x4; the output it belongs to is 1x5x5x2");
    Graph net;
    const Node input = net.input({.h = 5, .w = 5, .c = 4});
    CHECK(error_of([&] { pointwise_conv(input, {.filters = 2, .stride = 0}, "pw"); }) ==
          "pw: pointwise_conv2d: the stride is 0x0; it must be at least 1");
}

TEST_SUITE_END();
