#include "padding.hpp"

namespace cnn {

namespace {

// i modulo n, from 0 to n - 1 for negative i too.
std::int64_t modulo(std::int64_t i, std::int64_t n) { return (i % n + n) % n; }

}  // namespace

// [source]
std::optional<int> source(int i, int n, PaddingMode mode) {
    if (0 <= i && i < n) return i;
    switch (mode) {
        case PaddingMode::constant:
            return std::nullopt;
        case PaddingMode::replicate:
            return i < 0 ? 0 : n - 1;
        case PaddingMode::circular:
            return int(modulo(i, n));
        case PaddingMode::symmetric: {  // ... 1 0 | 0 1 ... n-1 | n-1 n-2 ...: a period of 2n
            const std::int64_t m = modulo(i, 2 * std::int64_t{n});
            return int(m < n ? m : 2 * std::int64_t{n} - 1 - m);
        }
        case PaddingMode::reflect: {  // ... 2 1 | 0 1 ... n-1 | n-2 n-3 ...: a period of 2n - 2
            const std::int64_t m = modulo(i, 2 * std::int64_t{n} - 2);
            return int(m < n ? m : 2 * std::int64_t{n} - 2 - m);
        }
    }
    return std::nullopt;
}
// [source]

namespace naive {

// [naive]
Tensor pad(View x, const Padding& padding) {
    const auto& [top, bottom, left, right] = padding.sides;
    Tensor y(padded_shape(x.shape, padding));
    const auto [N, H, W, C] = y.shape();

    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const auto row = source(i - top, x.shape.h, padding.mode);
                    const auto column = source(j - left, x.shape.w, padding.mode);
                    y(n, i, j, c) = row && column ? x(n, *row, *column, c) : padding.value;
                }
    return y;
}
// [naive]

Tensor pad_backward(View dy, const Shape& x, const Padding& padding) {
    require_padded(dy.shape, x, padding);
    const auto [N, H, W, C] = dy.shape;
    Tensor dx(x);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const auto row = source(i - padding.sides.top, x.h, padding.mode);
                    const auto column = source(j - padding.sides.left, x.w, padding.mode);
                    if (row && column) dx(n, *row, *column, c) += dy(n, i, j, c);
                }
    return dx;
}

bool is_constant(int row, int column, const Shape& x, const Padding& padding) {
    const int i = row - padding.sides.top, j = column - padding.sides.left;
    const bool on_map = 0 <= i && i < x.h && 0 <= j && j < x.w;
    return padding.mode == PaddingMode::constant && !on_map;
}

}  // namespace naive

}  // namespace cnn
