// What no slide states but padding obeys: optimized is naive, mirrors fold, the gradient is the adjoint.
#include "common/machine/simd.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "padding.hpp"

using namespace cnn;

namespace {

constexpr PaddingMode modes[] = {PaddingMode::constant, PaddingMode::replicate, PaddingMode::symmetric,
                                 PaddingMode::reflect, PaddingMode::circular};
constexpr Sides awkward_sides[] = {0, 1, {3, 0, 0, 2}, {0, 2, 5, 1}, {-1, 1, 1, -1}, {7, 7, 40, 40}};

}  // namespace

TEST_SUITE_BEGIN("03 padding");

TEST_CASE("s-06: optimized padding is naive padding to the last bit, forward and backward") {
    for (const PaddingMode mode : modes)
        for (const Sides& sides : awkward_sides)
            for (const int channels : {1, 3, simd::lanes + 1})
                for (const int width : {2, 3, simd::lanes, 2 * simd::lanes + 1}) {
                    const Tensor x = small_integers({.n = 3, .h = 4, .w = width, .c = channels});
                    const Padding p{.sides = sides, .mode = mode, .value = 5};
                    CAPTURE(name(mode));
                    CAPTURE(sides);
                    CAPTURE(x.shape());
                    const Tensor y = naive::pad(x, p);
                    CHECK(optimized::pad(x, p) == y);
                    const Tensor dy = small_integers(y.shape(), 2);
                    CHECK(optimized::pad_backward(dy, x.shape(), p) == naive::pad_backward(dy, x.shape(), p));
                }
}

TEST_CASE("s-06: a slice of channels and every second pixel pad like their copies") {
    const Tensor x = small_integers({.n = 2, .h = 6, .w = 7, .c = 5});
    const View part = View(x).channels(1, 3).strided(2);
    for (const PaddingMode mode : modes) {
        const Padding p{.sides = {1, 2, 2, 1}, .mode = mode};
        CHECK(optimized::pad(part, p) == naive::pad(Tensor(part), p));
    }
}

// [fold]
TEST_CASE("s-06: padding wider than the image folds again and again") {
    const auto row = [](PaddingMode mode) { return naive::pad(slide("1 2 3"), {{0, 0, 7, 7}, mode}); };
    CHECK(row(PaddingMode::symmetric) == slide("1 1 2 3 3 2 1   1 2 3   3 2 1 1 2 3 3"));
    CHECK(row(PaddingMode::reflect) == slide("2 3 2 1 2 3 2   1 2 3   2 1 2 3 2 1 2"));
    CHECK(row(PaddingMode::circular) == slide("3 1 2 3 1 2 3   1 2 3   1 2 3 1 2 3 1"));
    CHECK(row(PaddingMode::replicate) == slide("1 1 1 1 1 1 1   1 2 3   3 3 3 3 3 3 3"));
}
// [fold]

TEST_CASE("s-06: the gradient is the adjoint: <pad(x), dy> = <x, pad_backward(dy)>") {
    for (const PaddingMode mode : modes)
        for (const Sides& sides : awkward_sides) {
            const Tensor x = small_integers({.n = 2, .h = 3, .w = 4, .c = 3});
            const Padding p{.sides = sides, .mode = mode};
            const Tensor dy = small_integers(padded_shape(x.shape(), p), 2);
            CAPTURE(name(mode));
            CHECK(dot(optimized::pad(x, p), dy) == dot(x, optimized::pad_backward(dy, x.shape(), p)));
        }
}

TEST_CASE("s-06: one thread and three give the same bits") {
    const Tensor x = normal_numbers({.n = 2, .h = 300, .w = 70, .c = 9});
    const Padding p{.sides = {3, 1, 2, 4}, .mode = PaddingMode::reflect};
    const ThreadCount restored;
    set_threads(1);
    const Tensor one = optimized::pad(x, p);
    set_threads(3);
    CHECK(optimized::pad(x, p) == one);
}

TEST_CASE("s-06: wrong padding is refused in one line that names the remedy") {
    const auto pad = [](Shape x, Sides sides, PaddingMode mode) {
        return error_of([&] { padded_shape(x, {.sides = sides, .mode = mode}); });
    };
    CHECK(pad({.h = 3, .w = 1}, {0, 0, 1, 0}, PaddingMode::reflect) ==
          "pad: reflect padding needs a second pixel, but the width is 1; use symmetric or replicate");
    CHECK(pad({.h = 0, .w = 3}, {1, 0, 0, 0}, PaddingMode::circular) ==
          "pad: circular padding of an empty height; only a constant can stand there");
    CHECK(pad({.h = 3, .w = 3}, {-2, -1, 0, 0}, PaddingMode::constant) ==
          "pad: height 3 with -2 before and -1 after leaves nothing; crop less");
    CHECK(pad({.h = 3, .w = 2}, {9, 9, 9, 9}, PaddingMode::reflect) == "no error");
}

namespace {

// Columns in the order that `from` says.
Tensor reordered(const Tensor& x, int (*from)(int column, int width)) {
    Tensor y(x.shape());
    const auto [N, H, W, C] = x.shape();
    for (int h = 0; h < H; ++h)
        for (int w = 0; w < W; ++w) y(0, h, w, 0) = x(0, h, from(w, W), 0);
    return y;
}

}  // namespace

TEST_CASE("exercise 03.1: every mode commutes with a mirror and only circular padding with a shift") {
    const auto mirrored = [](const Tensor& x) {
        return reordered(x, [](int w, int W) { return W - 1 - w; });
    };
    const auto shifted = [](const Tensor& x) {
        return reordered(x, [](int w, int W) { return (w + W - 1) % W; });
    };
    const Tensor x = small_integers({.h = 4, .w = 5});
    for (const PaddingMode mode : modes) {
        CAPTURE(name(mode));
        const Padding by_two{.sides = 2, .mode = mode};
        CHECK(naive::pad(mirrored(x), by_two) == mirrored(naive::pad(x, by_two)));

        // Rolling the padded map would roll its border in: compare with the shifted image's own columns.
        const Tensor wide = naive::pad(x, by_two), rolled = naive::pad(shifted(x), by_two);
        const bool commutes =
            Tensor(View(rolled).window(0, 1, {8, 8})) == Tensor(View(wide).window(0, 0, {8, 8}));
        CHECK(commutes == (mode == PaddingMode::circular));
    }
}

TEST_CASE(
    "exercise 03.2: replicate padding by 2 copies a corner into 9 cells and its gradient is their sum") {
    Tensor x({.h = 5, .w = 5});
    x(0, 0, 0, 0) = 1;
    const Padding replicate{.sides = 2, .mode = PaddingMode::replicate};
    const Tensor y = naive::pad(x, replicate);
    CHECK(std::ranges::count(y.flat(), real{1}) == 9);

    Tensor ones(y.shape());
    fill(ones, 1);
    CHECK(naive::pad_backward(ones, x.shape(), replicate)(0, 0, 0, 0) == 9);
}

TEST_CASE("exercise 03.3: a constant image stays constant under every mode but zero padding") {
    Tensor x({.h = 3, .w = 3});
    fill(x, 4);
    for (const PaddingMode mode : modes) {
        const Tensor y = naive::pad(x, {.sides = 2, .mode = mode});
        CHECK((std::ranges::count(y.flat(), real{4}) == 49) == (mode != PaddingMode::constant));
    }
}

// [same]
TEST_CASE("s-06: same padding makes a map of one window for every stride and its odd pixel stands by side") {
    CHECK(same_upper({.h = 5, .w = 6}, 3, 2) == Sides(1, 1, 0, 1));
    CHECK(same_lower({.h = 5, .w = 6}, 3, 2) == Sides(1, 1, 1, 0));
    CHECK(same_upper({.h = 5, .w = 6}, {4, 1}, {1, 2}, {3, 1}) == Sides(4, 5, 0, 0));
    Random random(6);
    for (int trial = 0; trial < 500; ++trial) {
        const int size = 1 + random.below(30), kernel = 1 + random.below(6), stride = 1 + random.below(5),
                  dilation = 1 + random.below(4), reach = (kernel - 1) * dilation + 1;
        const Shape x{.h = size, .w = size};
        const Sides upper = same_upper(x, kernel, stride, dilation);
        const int padded = size + upper.top + upper.bottom;
        CHECK((padded - reach) / stride + 1 == (size + stride - 1) / stride);
        CHECK((upper.bottom - upper.top == 0 || upper.bottom - upper.top == 1));
        const Sides lower = same_lower(x, kernel, stride, dilation);
        CHECK(lower == Sides(upper.bottom, upper.top, upper.right, upper.left));
    }
    CHECK(error_of([] { same_upper({.h = 5, .w = 6}, 3, 0); }) ==
          "same padding: kernel 3, stride 0 and dilation 1; each must be at least 1");
    CHECK(error_of([] { same_lower({.h = 5, .w = 6}, 3, 1, 1 << 30); }) ==
          "same padding: kernel 3, stride 1 and dilation 1073741824 need 2147483648 around 5; that must stay "
          "below 2^30");
}
// [same]

TEST_SUITE_END();
