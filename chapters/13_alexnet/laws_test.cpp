// What local response normalisation and dropout obey.
#include <cmath>

#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "dropout.hpp"
#include "local_response.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("13 alexnet");

TEST_CASE("s-17: optimized local response normalisation is naive to a few roundings on any view") {
    const Tensor wide = normal_numbers({2, 6, 8, 11}), gradient = normal_numbers({2, 3, 4, 7}, 2);
    for (const LocalResponse& options :
         {LocalResponse{}, {.n = 3, .k = 1, .alpha = 0.5, .beta = 0.6}, {.n = 17}}) {
        const View x = View(wide).channels(2, 7).strided(2);
        const Tensor y = naive::local_response(x, options);
        CHECK(largest_difference(optimized::local_response(x, options), y) <= 2e-6);
        CHECK(largest_difference(optimized::local_response_backward(gradient, x, options),
                                 naive::local_response_backward(gradient, x, options)) <= 2e-6);
    }
}

TEST_CASE("s-17: a NaN reaches the maps of its window and no others") {
    Tensor x = normal_numbers({1, 1, 1, 9});
    x(0, 0, 0, 3) = NAN;
    for (const auto normalise : {naive::local_response, optimized::local_response}) {
        const Tensor y = normalise(x, {});
        for (int c = 0; c < 9; ++c) CHECK(std::isnan(y(0, 0, 0, c)) == (c >= 1 && c <= 5));
    }
}

TEST_CASE("s-17: an even window and a k of zero and another gradient are refused") {
    const Tensor x({1, 2, 3, 5}), other({1, 2, 3, 4});
    for (const auto normalise : {naive::local_response, optimized::local_response}) {
        CHECK(error_of([&] { normalise(x, {.n = 4}); }) ==
              "local_response: a window of 4 maps; it must be an odd number, at least 1");
        CHECK(error_of([&] { normalise(x, {.k = 0}); }) == "local_response: k is 0; it must be above 0");
    }
    CHECK(error_of([&] { optimized::local_response_backward(other, x, {}); }) ==
          "local_response: the gradient is 1x2x3x4 and the map 1x2x3x5; they must have one shape");
}

// [dropout]
TEST_CASE("s-18: optimized dropout is naive dropout to the last bit: a share p is gone and the mean stays") {
    Tensor ones({.n = 3, .h = 100, .w = 100, .c = 2});
    fill(ones, 1);
    for (const double p : {0.0, 0.25, 0.5, 0.9}) {
        const Tensor y = optimized::dropout(ones, p, 11);
        CHECK(y == naive::dropout(ones, p, 11));
        const double count = double(ones.shape().size()),
                     zeros = double(std::ranges::count(y.flat(), real{0}));
        CHECK(std::abs(zeros / count - p) < 0.01);
        CHECK(std::abs(dot(y, ones) / count - 1) < 0.03);
    }
    CHECK(optimized::dropout(ones, 0.5, 11) != optimized::dropout(ones, 0.5, 12));
}
// [dropout]

TEST_CASE("s-18: one thread and three give dropout and local response normalisation the same bits") {
    const Tensor x = normal_numbers({3, 19, 23, 34});
    const ThreadCount restored;
    set_threads(1);
    const Tensor y = optimized::local_response(x, {}), dropped = optimized::dropout(x, 0.3, 7);
    set_threads(3);
    CHECK(optimized::local_response(x, {}) == y);
    CHECK(optimized::dropout(x, 0.3, 7) == dropped);
}

TEST_CASE("s-18: dropout drops in training alone and its gradient passes where its input did") {
    Graph net;
    const Node y = dropout(net.input({.h = 9, .w = 9, .c = 3}), 0.5);
    const Operation& operation = *net.entry(y).operation;
    const Tensor x = normal_numbers({2, 9, 9, 3});
    Tensor out(x.shape()), dx(x.shape());
    operation.forward({{{x}, {}, {}}, {}}, out);
    CHECK(out == x);
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
        const Mode training{kernels, true, 5};
        operation.forward({{{x}, {}, training}, {}}, out);
        CHECK(out == naive::dropout(x, 0.5, 5));
        operation.backward({{{x}, {}, training}, {}, out, x, {dx}});
        CHECK(dx == out);
    }
    CHECK(error_of([&] { dropout(net.input({}, "z"), 1, "drop"); }) ==
          "dropout: the probability is 1; it must be from 0 up to, not including, 1");
}

TEST_SUITE_END();
