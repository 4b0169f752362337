// Solutions of the chapter's exercises: two descendants of Grad-CAM.
#include <algorithm>

#include "explained_testing.hpp"
#include "grad_cam.hpp"

using namespace cnn;

namespace {

Tensor rectified(Tensor map) {
    for (real& value : map.flat()) value = std::max(value, real{0});
    return map;
}

/// With Y = exp(S) the second and third derivatives of Y are its first times g and g^2, g = dS/dA; what is
/// common to all places falls out of alpha = g^2 / (2 g^2 + sum(A) g^3), and w = sum alpha ReLU(g).
Tensor grad_cam_plus_plus(View A, View dS) {
    const auto [N, H, W, K] = A.shape;
    Tensor L({.h = H, .w = W});
    for (int k = 0; k < K; ++k) {
        real total = 0, w = 0;
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) total += A(0, i, j, k);
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const real g = dS(0, i, j, k), below = 2 * g * g + total * g * g * g;
                w += (below == 0 ? 0 : g * g / below) * std::max(g, real{0});
            }
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) L(0, i, j, 0) += w * A(0, i, j, k);
    }
    return rectified(std::move(L));
}

Tensor layer_cam(View A, View dS) {
    const auto [N, H, W, K] = A.shape;
    Tensor L({.h = H, .w = W});
    for (int i = 0; i < H; ++i)
        for (int j = 0; j < W; ++j)
            for (int k = 0; k < K; ++k) L(0, i, j, 0) += std::max(dS(0, i, j, k), real{0}) * A(0, i, j, k);
    return rectified(std::move(L));
}

/// A channel for an object of four pixels on the left, one for an object of one pixel on the right; every
/// pixel of an object adds its value to the score.
struct TwoObjects {
    Tensor A = Tensor({.h = 2, .w = 4, .c = 2}), dS = Tensor({.h = 2, .w = 4, .c = 2});
    TwoObjects() {
        for (const int j : {0, 1})
            for (const int i : {0, 1}) A(0, i, j, 0) = dS(0, i, j, 0) = 1;
        A(0, 0, 3, 1) = dS(0, 0, 3, 1) = 1;
    }
};

}  // namespace

TEST_SUITE_BEGIN("29 grad_cam");

TEST_CASE("exercise 29.1: with Grad-CAM++ a small object fades less beside a large one") {
    const TwoObjects two;
    const Tensor plain = naive::weigh(two.A, two.dS), plus = grad_cam_plus_plus(two.A, two.dS);
    CHECK(plain(0, 0, 0, 0) == 4 * plain(0, 0, 3, 0));
    CHECK(double(plus(0, 0, 0, 0)) == doctest::Approx(4 * 1.0 / (2 + 4)));
    CHECK(double(plus(0, 0, 3, 0)) == doctest::Approx(1.0 / (2 + 1)));
    CHECK(plus(0, 1, 3, 0) == 0);
    // A channel that speaks against the class has no part in it.
    Tensor against = two.dS;
    for (real& g : against.flat()) g = -g;
    CHECK(grad_cam_plus_plus(two.A, against) == Tensor({.h = 2, .w = 4}));
}

TEST_CASE("exercise 29.2: LayerCAM is Grad-CAM where gradients are the same everywhere and positive") {
    const Tensor A = small_integers({.h = 4, .w = 4, .c = 3});
    Tensor dS(A.shape());
    for (int k = 0; k < 3; ++k) fill(dS.view().channels(k, 1), real(k + 1));
    CHECK(layer_cam(A, dS) == rectified(naive::weigh(A, dS)));
    // Elsewhere each place has its own weight: one gradient lights one place, not the whole channel.
    Tensor ones({.h = 2, .w = 2}), one({.h = 2, .w = 2});
    fill(ones, 1);
    one(0, 0, 1, 0) = 8;
    CHECK(layer_cam(ones, one) == slide("0 8\n 0 0"));
    CHECK(naive::weigh(ones, one) == slide("2 2\n 2 2"));
}

TEST_SUITE_END();
