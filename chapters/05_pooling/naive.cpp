#include <cmath>

#include "common/base/error.hpp"
#include "pooling.hpp"

namespace cnn::naive {

namespace {

// [beats]
/// Whether `next` takes the lead.  A NaN does, and nothing takes it from a NaN.
bool beats(real next, real largest) { return next > largest || (std::isnan(next) && !std::isnan(largest)); }
// [beats]

struct Place {
    int row, column;
};

/// Where the first maximum of a window stands.
Place first_maximum(View x, int n, int c, Span rows, Span columns) {
    Place at{rows.begin, columns.begin};
    for (int row = rows.begin; row < rows.end; row += rows.step)
        for (int column = columns.begin; column < columns.end; column += columns.step)
            if (beats(x(n, row, column, c), x(n, at.row, at.column, c))) at = {row, column};
    return at;
}

}  // namespace

// [max]
Tensor max_pool(View x, const Pooling& pooling) {
    Tensor y(pooled_shape(x.shape, pooling));
    const auto [N, H, W, C] = y.shape();
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const Span window_rows = rows(i, x.shape, pooling);
                    const Span window_columns = columns(j, x.shape, pooling);
                    real largest = x(n, window_rows.begin, window_columns.begin, c);
                    for (int row = window_rows.begin; row < window_rows.end; row += window_rows.step)
                        for (int column = window_columns.begin; column < window_columns.end;
                             column += window_columns.step)
                            if (beats(x(n, row, column, c), largest)) largest = x(n, row, column, c);
                    y(n, i, j, c) = largest + real{0};  // -0 becomes +0
                }
    return y;
}
// [max]

// [average]
Tensor average_pool(View x, const Pooling& pooling) {
    Tensor y(pooled_shape(x.shape, pooling));
    const auto [N, H, W, C] = y.shape();
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const Span window_rows = rows(i, x.shape, pooling);
                    const Span window_columns = columns(j, x.shape, pooling);
                    double sum = 0;  // a float stops counting at 2^24
                    for (int row = window_rows.begin; row < window_rows.end; row += window_rows.step)
                        for (int column = window_columns.begin; column < window_columns.end;
                             column += window_columns.step)
                            sum += x(n, row, column, c);
                    y(n, i, j, c) = real(sum) / numbers(window_rows, window_columns);
                }
    return y;
}
// [average]

// [backward]
Tensor max_pool_backward(View dy, View x, const Pooling& pooling) {
    require_pooled(dy.shape, x.shape, pooling);
    const auto [N, H, W, C] = dy.shape;
    Tensor dx(x.shape);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const auto [row, column] =
                        first_maximum(x, n, c, rows(i, x.shape, pooling), columns(j, x.shape, pooling));
                    dx(n, row, column, c) += dy(n, i, j, c);
                }
    return dx;
}
// [backward]

std::vector<std::int64_t> max_pool_places(View x, const Pooling& pooling) {
    const auto [N, H, W, C] = pooled_shape(x.shape, pooling);
    std::vector<std::int64_t> places;
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const auto [row, column] =
                        first_maximum(x, n, c, rows(i, x.shape, pooling), columns(j, x.shape, pooling));
                    places.push_back(std::int64_t{row} * x.shape.w + column);
                }
    return places;
}

Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling) {
    require_pooled(dy.shape, x, pooling);
    const auto [N, H, W, C] = dy.shape;
    Tensor dx(x);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const Span window_rows = rows(i, x, pooling), window_columns = columns(j, x, pooling);
                    const real share = dy(n, i, j, c) / numbers(window_rows, window_columns);
                    for (int row = window_rows.begin; row < window_rows.end; row += window_rows.step)
                        for (int column = window_columns.begin; column < window_columns.end;
                             column += window_columns.step)
                            dx(n, row, column, c) += share;
                }
    return dx;
}

}  // namespace cnn::naive
