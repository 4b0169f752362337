#include "common/tensor/tensor.hpp"

#include <cstdint>
#include <limits>

#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: tensor");

TEST_CASE("tensor: starts at zero and 64-byte aligned whatever its size") {
    for (const int size : {1, 3, 15, 16, 17, 1000}) {
        const Tensor t({.w = size});
        CHECK(std::ranges::count(t.flat(), real{0}) == size);
        CHECK(reinterpret_cast<std::uintptr_t>(t.flat().data()) % 64 == 0);
    }
}

TEST_CASE("tensor: maps of a page and more begin at different places of their pages") {
    // The last is large enough for huge pages.
    const Tensor a({.w = 1024}), b({.w = 1024}), c = Tensor::uninitialized({.w = 1 << 21});
    const auto place = [](const Tensor& t) {
        return reinterpret_cast<std::uintptr_t>(t.flat().data()) % 4096;
    };
    CHECK(place(a) != place(b));
    CHECK(place(b) != place(c));
    CHECK(place(a) != place(c));
}

TEST_CASE("tensor: channels lie side by side, then columns, rows, images") {
    Tensor t({2, 3, 4, 5});
    for (std::size_t i = 0; real & value : t.flat()) value = real(i++);
    CHECK(t(0, 0, 0, 4) == 4);
    CHECK(t(0, 0, 1, 0) == 5);
    CHECK(t(0, 1, 0, 0) == 20);
    CHECK(t(1, 0, 0, 0) == 60);
    CHECK(t(1, 2, 3, 4) == 119);
}

TEST_CASE("tensor: a copy is another tensor, a move is the same memory") {
    Tensor a = small_integers({.h = 3, .w = 3});
    const Tensor b = a;
    const real* memory = a.flat().data();
    a(0, 0, 0, 0) = 100;
    CHECK(b(0, 0, 0, 0) != 100);
    CHECK(b != a);
    const Tensor c = std::move(a);
    CHECK(c.flat().data() == memory);
    Tensor d;
    d = c;
    CHECK(d == c);
    d = Tensor(d.view());
    CHECK(d == c);
}

TEST_CASE("tensor: equality needs the same shape and no NaN") {
    const Tensor a({.h = 2, .w = 3}), b({.h = 3, .w = 2});
    CHECK(a != b);
    Tensor c({.w = 1});
    c(0, 0, 0, 0) = std::numeric_limits<real>::quiet_NaN();
    CHECK_FALSE(c == c);
    CHECK(Tensor() == Tensor());
}

TEST_CASE("tensor: reshaping keeps the numbers and refuses another size") {
    const Tensor t = slide("1 2 3 \n 4 5 6");
    CHECK(Tensor(t).reshaped({.h = 3, .w = 2}) == slide("1 2 \n 3 4 \n 5 6"));
    CHECK(error_of([&] { Tensor(t).reshaped({.h = 4, .w = 2}); }) ==
          "tensor: 1x2x3x1 cannot be reshaped to 1x4x2x1");
    CHECK(error_of([] { Tensor({.h = -1}); }) == "tensor: the shape 1x-1x1x1 has a negative length");
}

TEST_CASE("tensor: an empty shape is a tensor without numbers") {
    const Tensor none({.n = 0, .h = 4, .w = 4, .c = 4});
    CHECK(none.flat().empty());
    CHECK(Tensor(none.view()) == none);
}

TEST_CASE("view: a window is a receptive field without a copy") {
    Tensor image = slide(R"( 1  2  3  4
                             5  6  7  8
                             9 10 11 12 )");
    const MutableView window = image.view().window(1, 1, {2, 3});
    CHECK(Tensor(window) == slide("6 7 8 \n 10 11 12"));
    CHECK_FALSE(window.contiguous());
    fill(window, 0);
    CHECK(image == slide(R"( 1 2 3 4
                             5 0 0 0
                             9 0 0 0 )"));
}

TEST_CASE("view: every second pixel from any corner") {
    const Tensor image = slide(R"( 1  2  3  4  5
                                   6  7  8  9 10
                                  11 12 13 14 15 )");
    CHECK(Tensor(image.view().strided(2)) == slide("1 3 5 \n 11 13 15"));
    CHECK(Tensor(image.view().strided(2, 1, 1)) == slide("7 9"));
    CHECK(Tensor(image.view().strided({1, 3})) == slide("1 4 \n 6 9 \n 11 14"));
    CHECK(Tensor(image.view().strided(7)) == slide("1"));
    CHECK(image.view().strided(2, 3, 0).shape.h == 0);
}

TEST_CASE("view: a slice of channels of some images") {
    const Tensor t = small_integers({3, 2, 2, 5});
    const View part = t.view().images(1, 2).channels(3, 2);
    CHECK(part.shape == Shape{2, 2, 2, 2});
    for (int n = 0; n < 2; ++n)
        for (int h = 0; h < 2; ++h)
            for (int w = 0; w < 2; ++w)
                for (int c = 0; c < 2; ++c) CHECK(part(n, h, w, c) == t(n + 1, h, w, c + 3));
    CHECK(t.view().images(1, 2).contiguous());
    CHECK_FALSE(part.contiguous());
}

TEST_CASE("view: a line is a row of pixels counted over all images") {
    const Tensor t = small_integers({3, 2, 4, 5});
    const View line = t.view().row(3);
    CHECK(t.view().rows() == 6);
    CHECK(line.shape == Shape{1, 1, 4, 5});
    CHECK(line.data == t.view().pixel(1, 1, 0));
    CHECK(line.contiguous());
    CHECK(t.view().strided({2, 1}).row(2).data == t.view().pixel(2, 0, 0));
    CHECK_FALSE(t.view().strided({1, 2}).row(0).contiguous());
}

TEST_CASE("view: copy and add work between strided views and refuse other shapes") {
    Tensor t = slide("1 2 3 \n 4 5 6 \n 7 8 9");
    copy(slide("0 0 \n 0 0"), t.view().strided(2));
    CHECK(t == slide("0 2 0 \n 4 5 6 \n 0 8 0"));
    add(slide("1 1 1 \n 2 2 2 \n 3 3 3"), t);
    CHECK(t == slide("1 3 1 \n 6 7 8 \n 3 11 3"));
    CHECK(error_of([&] { copy(slide("1 2"), t); }) == "tensor: copies 1x1x2x1 into 1x3x3x1");
}

TEST_CASE("view: what is large enough for all threads is copied, filled and added the same") {
    const ThreadCount restored;
    set_threads(3);
    const Tensor t = small_integers({3, 71, 90, 16});
    const auto each = [&](View from, MutableView to) {
        copy(from, to);
        CHECK(Tensor(to) == Tensor(from));
        add(from, to);
        bool doubled = true;
        for (int n = 0; n < to.shape.n; ++n)
            for (int h = 0; h < to.shape.h; ++h)
                for (int w = 0; w < to.shape.w; ++w)
                    for (int c = 0; c < to.shape.c; ++c)
                        doubled = doubled && to(n, h, w, c) == 2 * from(n, h, w, c);
        CHECK(doubled);
        fill(to, 7);
        CHECK(std::ranges::count(Tensor(to).flat(), real{7}) == to.shape.size());
    };
    Tensor same(t.shape()), wide({3, 71, 90, 18}), high({3, 75, 90, 16});
    each(t, same);
    each(t, wide.view().channels(1, 16));
    CHECK(std::ranges::count(wide.flat(), real{0}) == 2 * 3 * 71 * 90);
    each(t, high.view().window(2, 0, {71, 90}));
    CHECK(std::ranges::count(high.flat(), real{0}) == 4 * 3 * 90 * 16);
}

TEST_CASE("tensor: a copy of an empty tensor is empty, and so is one of a tensor that was moved from") {
    CHECK(Tensor(Tensor().view()).empty());
    Tensor a({.h = 2, .w = 3}), copied;
    copied = a;
    CHECK(copied.shape() == a.shape());
    const Tensor taken = std::move(a);
    copied = a;  // NOLINT(bugprone-use-after-move)
    CHECK(copied.empty());
    CHECK(copied.shape() == Shape{0, 0, 0, 0});
}

TEST_CASE("tensor: more numbers than any memory are refused") {
    const int k = 1 << 30;
    for (const Shape& shape : {Shape{k, k, 4, 1}, Shape{k, k, k, 16}, Shape{1, k, k, 1}})
        CHECK(error_of([&] { Tensor{shape}; }).ends_with("has more numbers than any memory"));
}

TEST_SUITE_END();
