/// @file  Winograd's convolution as the paper writes it: tile by tile, in the formula's letters.
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "padding.hpp"
#include "winograd.hpp"

namespace cnn {

Shape winograd_shape(const Shape& x, const Shape& w, const Sides& padding) {
    require(w.n == 3 && w.h == 3, "winograd: the filters are ", w.n, 'x', w.h,
            "; it takes 3x3, and conv2d takes all others");
    return convolved_shape(x, w, {.padding = padding});
}

bool winograd_fits(const Shape& w, const Convolution& layer) {
    return w.n == 3 && w.h == 3 && layer.stride == Extent(1) && layer.groups == 1 &&
           (layer.mode == PaddingMode::constant || layer.padding == Sides(0));
}

namespace {

template <std::size_t rows, std::size_t columns>
using Matrix = std::array<std::array<real, columns>, rows>;

template <std::size_t n, std::size_t m, std::size_t k>
Matrix<n, k> operator*(const Matrix<n, m>& a, const Matrix<m, k>& b) {
    Matrix<n, k> c{};
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < k; ++j)
            for (std::size_t l = 0; l < m; ++l) c[i][j] += a[i][l] * b[l][j];
    return c;
}

template <std::size_t n, std::size_t m>
Matrix<m, n> transposed(const Matrix<n, m>& a) {
    Matrix<m, n> t;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < m; ++j) t[j][i] = a[i][j];
    return t;
}

// [matrices]
struct Transforms {
    Matrix<6, 6> BT = {{{4, 0, -5, 0, 1, 0},
                        {0, -4, -4, 1, 1, 0},
                        {0, 4, -4, -1, 1, 0},
                        {0, -2, -1, 2, 1, 0},
                        {0, 2, -1, -2, 1, 0},
                        {0, 4, 0, -5, 0, 1}}};
    // 24 G: so its numbers are whole, and only the division at the end rounds.
    Matrix<6, 3> G24 = {{{6, 0, 0}, {-4, -4, -4}, {-4, 4, -4}, {1, 2, 4}, {1, -2, 4}, {0, 0, 24}}};
    Matrix<4, 6> AT = {{{1, 1, 1, 1, 1, 0},  //
                        {0, 1, -1, 2, -2, 0},
                        {0, 1, 1, 4, 4, 0},
                        {0, 1, -1, 8, -8, 1}}};
};
// [matrices]

// Rows and columns from (top, left) on.
template <std::size_t size>
Matrix<size, size> square(View x, int n, int top, int left, int c) {
    Matrix<size, size> d;
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < size; ++j) d[i][j] = x(n, top + int(i), left + int(j), c);
    return d;
}

real finished(real sum, const Epilogue& epilogue, int n, int i, int j, int f) {
    if (!epilogue.bias.empty()) sum += epilogue.bias(0, 0, 0, f);
    if (!epilogue.residual.empty()) sum += epilogue.residual(n, i, j, f);
    return activated(sum, epilogue.activation);
}

// [naive]
Tensor convolve(View x, View w, const Sides& P, const Epilogue& epilogue, const Transforms& T) {
    const Shape shape = winograd_shape(x.shape, w.shape, P);
    require_epilogue("winograd", epilogue, shape);
    const int C = w.shape.w, F = w.shape.c;

    // The filters, once: U = G g G^T.
    std::vector<Matrix<6, 6>> U;
    for (int c = 0; c < C; ++c)
        for (int f = 0; f < F; ++f) {
            Matrix<3, 3> g;
            for (int m = 0; m < 3; ++m)
                for (int l = 0; l < 3; ++l) g[m][l] = w(m, l, c, f);
            U.push_back(T.G24 * g * transposed(T.G24));
            for (auto& row : U.back())
                for (real& u : row) u /= 24 * 24;
        }

    // Zeros around the map, and on to whole tiles below and to the right.
    const int below = 4 * divide_up(shape.h, 4) + 2 - x.shape.h - P.top;
    const int right = 4 * divide_up(shape.w, 4) + 2 - x.shape.w - P.left;
    const Tensor padded = naive::pad(x, {.sides = {P.top, below, P.left, right}});

    Tensor y(shape);
    for (int n = 0; n < shape.n; ++n)
        for (int top = 0; top < shape.h; top += 4)
            for (int left = 0; left < shape.w; left += 4) {
                std::vector<Matrix<6, 6>> V;
                for (int c = 0; c < C; ++c)
                    V.push_back(T.BT * square<6>(padded, n, top, left, c) * transposed(T.BT));
                for (int f = 0; f < F; ++f) {
                    Matrix<6, 6> M{};
                    for (int c = 0; c < C; ++c)
                        for (int i = 0; i < 6; ++i)
                            for (int j = 0; j < 6; ++j) M[i][j] += U[c * F + f][i][j] * V[c][i][j];
                    const Matrix<4, 4> Y = T.AT * M * transposed(T.AT);
                    for (int i = 0; i < 4 && top + i < shape.h; ++i)
                        for (int j = 0; j < 4 && left + j < shape.w; ++j)
                            y(n, top + i, left + j, f) = finished(Y[i][j], epilogue, n, top + i, left + j, f);
                }
            }
    return y;
}
// [naive]

Tensor absolute(View x) {
    if (x.empty()) return {};
    Tensor a(x);
    for (real& number : a.flat()) number = std::abs(number);
    return a;
}

template <std::size_t n, std::size_t m>
Matrix<n, m> absolute(Matrix<n, m> a) {
    for (auto& row : a)
        for (real& number : row) number = std::abs(number);
    return a;
}

}  // namespace

Tensor naive::winograd_conv2d(View x, View w, const Sides& padding, const Epilogue& epilogue) {
    return convolve(x, w, padding, epilogue, Transforms());
}

// [bound]
Tensor winograd_error_bound(View x, View w, const Sides& padding, const Epilogue& epilogue) {
    const Tensor b = absolute(epilogue.bias), residual = absolute(epilogue.residual);
    const Transforms T;
    Tensor bound = convolve(absolute(x), absolute(w), padding, {b, residual},
                            {absolute(T.BT), absolute(T.G24), absolute(T.AT)});
    const real u = std::numeric_limits<real>::epsilon() / 2;
    for (real& number : bound.flat()) number *= real(x.shape.c + 42) * u;
    return bound;
}
// [bound]

}  // namespace cnn
