#include "common/kernels/epilogue.hpp"

#include <cmath>
#include <limits>

#include "common/kernels/kernel_table.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

template <int pixels, int vecs>
int area() {
    return pixels * vecs;
}

}  // namespace

TEST_SUITE_BEGIN("common: epilogue");

TEST_CASE("epilogue: a lane of a vector is activated as a number is") {
    const real nan = std::numeric_limits<real>::quiet_NaN(), inf = std::numeric_limits<real>::infinity();
    for (const real y : {-inf, real{-7}, real{0}, real{5}, real{6}, real{7}, inf, nan})
        for (const Activation a : {Activation::none, Activation::relu, Activation::relu6}) {
            const real number = activated(y, a), lane = activated(simd::vec::broadcast(y), a).v[0];
            CAPTURE(y);
            CHECK_UNARY(number == lane || (std::isnan(number) && std::isnan(lane)));
        }
    CHECK(activated(-7, Activation::none) == -7);
    CHECK(activated(-7, Activation::relu) == 0);
    CHECK(activated(7, Activation::relu) == 7);
    CHECK(activated(7, Activation::relu6) == 6);
    CHECK(std::isnan(activated(nan, Activation::relu6)));
}

TEST_CASE("epilogue: a bias, a residual and a gradient of a wrong shape are refused by the layer's name") {
    const Tensor three({.c = 3}), map({.h = 2, .w = 2, .c = 2});
    CHECK(error_of([&] { require_bias("conv2d", three, 2); }) ==
          "conv2d: the bias is 1x1x1x3; 2 filters need 1x1x1x2, or none");
    CHECK(error_of([&] { require_gradient("conv2d", map, {.c = 3}); }) ==
          "conv2d: the gradient is 1x2x2x2; the output it belongs to is 1x1x1x3");
    CHECK(error_of([&] { require_epilogue("conv2d", {.residual = map}, {.h = 3, .w = 2, .c = 2}); }) ==
          "conv2d: the residual is 1x2x2x2; it is added to an output of 1x3x2x2 and must have its shape");
    CHECK_NOTHROW(require_epilogue("conv2d", {}, map.shape()));
    CHECK_NOTHROW(require_epilogue("conv2d", {.residual = map}, map.shape()));
}

TEST_CASE("kernel table: every instance stands at its two sizes and what was left out is null") {
    using Kernel = int (*)();
    constexpr auto kernels = kernel_table<5, 3>([]<int pixels, int vecs>() -> Kernel {
        if constexpr (pixels * vecs <= 10)
            return area<pixels, vecs>;
        else
            return nullptr;
    });
    for (int pixels = 1; pixels <= 5; ++pixels)
        for (int vecs = 1; vecs <= 3; ++vecs) {
            const Kernel kernel = kernels(pixels, vecs);
            CHECK_UNARY(pixels * vecs <= 10 ? kernel != nullptr && kernel() == pixels * vecs
                                            : kernel == nullptr);
        }
}

TEST_SUITE_END();
