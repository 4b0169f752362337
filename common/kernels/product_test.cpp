#include "common/kernels/product.hpp"

#include "common/base/range.hpp"
#include "common/machine/cache.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;
using simd::lanes;

namespace {

// The product as its definition says; the rows of y are its pixels in order.
Tensor defined(const Matrix& a, const Matrix& b, const Epilogue& epilogue, const Shape& shape) {
    Tensor y(shape);
    const Tensor residual = epilogue.residual.empty() ? Tensor() : Tensor(epilogue.residual);
    for (int r = 0; r < a.rows; ++r)
        for (int f = 0; f < b.columns; ++f) {
            const std::size_t at = std::size_t(r) * std::size_t(b.columns) + std::size_t(f);
            real sum = epilogue.bias.empty() ? 0 : epilogue.bias(0, 0, 0, f);
            for (int t = 0; t < b.rows; ++t)
                sum += a.data[r * a.row_pitch + t * a.column_pitch] *
                       b.data[t * b.row_pitch + f * b.column_pitch];
            if (!epilogue.residual.empty()) sum += residual.flat()[at];
            y.flat()[at] = activated(sum, epilogue.activation);
        }
    return y;
}

Matrix matrix(const Tensor& t, int rows, int columns) {
    return {t.flat().data(), rows, columns, std::ptrdiff_t(t.flat().size()) / rows, 1};
}

}  // namespace

TEST_SUITE_BEGIN("common: product");

TEST_CASE("product: factors of any size and pitch, packed or in place, make the sums of the definition") {
    for (const int rows : {1, 5, 6, 7, 13})
        for (const int depth : {1, 3, lanes + 1, 70})
            for (const int columns : {1, lanes - 1, lanes, lanes + 1, 2 * lanes, 4 * lanes, 6 * lanes + 3}) {
                // Both lie in wider rows, or turned over.
                const Tensor a = small_integers({.h = rows, .c = depth + 2}),
                             b = small_integers({.h = depth, .c = columns + 3}, 2);
                const Tensor turned_a = small_integers({.h = depth, .c = rows}, 3),
                             turned_b = small_integers({.h = columns, .c = depth}, 4);
                for (const Matrix& left :
                     {matrix(a, rows, depth), matrix(turned_a, depth, rows).transposed()})
                    for (const Matrix& right :
                         {matrix(b, depth, columns), matrix(turned_b, columns, depth).transposed()}) {
                        CAPTURE(rows);
                        CAPTURE(depth);
                        CAPTURE(columns);
                        const Tensor expected = defined(left, right, {}, {.w = rows, .c = columns});
                        Tensor packed(expected.shape()), in_place(expected.shape());
                        multiply(left, Panels(right), {}, packed);
                        multiply(left, Panels::in_place(right), {}, in_place);
                        CHECK(packed == expected);
                        CHECK(in_place == expected);
                    }
            }
}

TEST_CASE("product: bias, residual and activation follow each other in this order") {
    for (const int columns : {3, lanes, 4 * lanes, 5 * lanes + 1})
        for (const Activation activation : {Activation::none, Activation::relu, Activation::relu6}) {
            const Shape shape{2, 3, 5, columns};
            const Tensor x = small_integers({2, 3, 5, 9}), w = small_integers({.h = 9, .c = columns}, 2);
            const Tensor bias = small_integers({.c = columns}, 3), residual = small_integers(shape, 4);
            const Matrix right = matrix(w, 9, columns);
            const Epilogue all{bias, residual, activation};
            const Tensor expected = defined(matrix(x, 30, 9), right, all, shape);
            Tensor y(shape);
            multiply(x, Panels(right), all, y);
            CHECK(y == expected);
            // The residual may be y itself, and both may lie in wider pixels.
            Tensor wide({2, 3, 5, columns + 2});
            copy(residual, wide.view().channels(1, columns));
            multiply(x, Panels(right), {bias, wide.view().channels(1, columns), activation},
                     wide.view().channels(1, columns));
            CHECK(Tensor(wide.view().channels(1, columns)) == expected);
            // Or every second pixel of larger maps.
            Tensor spread({2, 6, 10, columns});
            copy(residual, spread.view().strided(2));
            multiply(x, Panels(right), {bias, spread.view().strided(2), activation},
                     spread.view().strided(2));
            CHECK(Tensor(spread.view().strided(2)) == expected);
        }
}

TEST_CASE("product: panels longer than the cache are met in pieces and end in the same sums") {
    const int depth = int(cache_bytes(2) / 2 / (Panels::width * std::int64_t{sizeof(real)})) + 700;
    const int columns = 4 * lanes + 3;
    const Tensor a = small_integers({.h = 8, .c = depth}), b = small_integers({.h = depth, .c = columns}, 2);
    const Tensor bias = small_integers({.c = columns}, 3);
    const Matrix left = matrix(a, 8, depth), right = matrix(b, depth, columns);
    const Epilogue epilogue{.bias = bias, .activation = Activation::relu};
    Tensor y({.w = 8, .c = columns});
    multiply(left, Panels::in_place(right), epilogue, y);
    CHECK(y == defined(left, right, epilogue, y.shape()));
}

TEST_CASE("product: without rows, columns or depth there is nothing to sum") {
    const Tensor bias = small_integers({.c = 3}, 3);
    Tensor none({.n = 0, .c = 3}), y({.w = 2, .c = 3});
    multiply(none, Panels(Matrix{nullptr, 0, 3, 3}), {.bias = bias}, none);
    fill(y, 99);
    multiply(Matrix{nullptr, 2, 0, 0}, Panels(Matrix{nullptr, 0, 3, 3}), {.bias = bias}, y);
    for (int j = 0; j < 2; ++j)
        for (int c = 0; c < 3; ++c) CHECK(y(0, 0, j, c) == bias(0, 0, 0, c));
}

TEST_SUITE_END();
