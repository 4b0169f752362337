// Winograd's convolution on whole vectors of channels.
//
//   1. channels in lanes   a vector holds one pixel's channels, so each transform is a few additions of whole
//                          vectors, and nothing is shuffled
//   2. 36 products         point (i, j) of the transformed tiles meets point (i, j) of the transformed
//   filters
//                          only: with the tiles as rows, M = V U is 36 matrix products, which register tiles
//                          do at the machine's peak
//   3. blocks              so many tiles at a time that V and M stay in the second-level cache
//   4. panels              filters lie in the order in which the products read them; what a panel makes is
//                          transformed back at once
#include <memory>

#include "common/base/range.hpp"
#include "common/kernels/kernel_table.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "winograd.hpp"

namespace cnn::optimized {

namespace {

using simd::lanes, simd::vec;

constexpr int points = 36;                             // of a transformed tile
constexpr int widest = simd::registers >= 32 ? 4 : 2;  // vectors of a panel
constexpr int tallest = 6;                             // tiles of a register tile

// [transforms]
// y = B^T x, y = 24 G x and y = A^T x, with what rows share added once.
void input_transform(const vec* x, vec* y) {
    const vec even = fma(-4, x[2], x[4]), odd = fma(-4, x[1], x[3]);
    const vec difference = x[4] - x[2], twice = vec::broadcast(2) * (x[3] - x[1]);
    y[0] = fma(4, x[0], fma(-5, x[2], x[4]));
    y[1] = even + odd;
    y[2] = even - odd;
    y[3] = difference + twice;
    y[4] = difference - twice;
    y[5] = fma(4, x[1], fma(-5, x[3], x[5]));
}
void filter_transform(const vec* x, vec* y) {
    const vec ends = x[0] + x[2], far = fma(4, x[2], x[0]), zero{};
    y[0] = vec::broadcast(6) * x[0];
    y[1] = fma(-4, ends + x[1], zero);
    y[2] = fma(-4, ends - x[1], zero);
    y[3] = fma(2, x[1], far);
    y[4] = fma(-2, x[1], far);
    y[5] = vec::broadcast(24) * x[2];
}
void output_transform(const vec* x, vec* y) {
    const vec sum = x[1] + x[2], difference = x[1] - x[2], sum2 = x[3] + x[4], difference2 = x[3] - x[4];
    y[0] = x[0] + sum + sum2;
    y[1] = fma(2, difference2, difference);
    y[2] = fma(4, sum2, sum);
    y[3] = fma(8, difference2, difference) + x[5];
}

/// T x T^T for a transform T from `from` numbers to `to`: first the rows, then the columns.
template <int from, int to, class Transform>
void both_sides(const vec (&x)[from][from], vec (&y)[to][to], const Transform& transform) {
    vec rows[to][from];  // transposed, so that columns are side by side
    for (int i = 0; i < from; ++i) {
        vec row[to];
        transform(x[i], row);
        for (int j = 0; j < to; ++j) rows[j][i] = row[j];
    }
    for (int j = 0; j < to; ++j) {
        vec column[to];
        transform(rows[j], column);
        for (int i = 0; i < to; ++i) y[i][j] = column[i];
    }
}
// [transforms]

/// U = G g G^T for all filters: panels of a few vectors of filters, in each [point][channel][filter].
struct TransformedFilters {
    int channels, filters, vecs, panels;
    Tensor numbers;

    explicit TransformedFilters(View w);
    const real* panel(int p, int point = 0) const { return numbers.view().pixel(p, point, 0); }
};

TransformedFilters::TransformedFilters(View w) : channels(w.shape.w), filters(w.shape.c) {
    const int all = divide_up(filters, lanes);
    panels = divide_up(all, widest);
    vecs = divide_up(all, panels);
    numbers = Tensor({panels, points, channels, vecs * lanes});
    parallel_for(channels, [&](int c) {
        for (int v = 0; v < all; ++v) {
            vec g[3][3], u[6][6];
            for (int m = 0; m < 3; ++m)
                for (int l = 0; l < 3; ++l)
                    g[m][l] = vec::load_first(filters - v * lanes, w.pixel(m, l, c) + v * lanes);
            both_sides(g, u, filter_transform);
            for (int q = 0; q < points; ++q)
                vec{u[q / 6][q % 6].v / 576}.store(numbers.view().pixel(v / vecs, q, c) + v % vecs * lanes);
        }
    });
}

// [product]
// m = v u for one point: tiles are rows, channels are summed over, filters are columns.
using Product = void (*)(const real* v, std::ptrdiff_t pitch, int channels, const real* u, real* m);

template <int rows, int vecs>
void product(const real* v, std::ptrdiff_t pitch, int channels, const real* u, real* m) {
    Tile<rows, vecs> sums;
    sums.zero();
    sums.add(v, pitch, 1, u, sums.width, channels);
    sums.store(m, sums.width);
}
constexpr auto products =
    kernel_table<tallest, widest>([]<int rows, int vecs>() -> Product { return product<rows, vecs>; });
// [product]

struct Layer {
    View x;
    const TransformedFilters& filters;
    Sides padding;
    Epilogue epilogue;
    MutableView y;
    int across, down;  // tiles of a map

    struct Place {
        int n, top, left;  // the first output of a tile
    };
    Place place(int tile) const {
        return {tile / (down * across), tile / across % down * 4, tile % across * 4};
    }
    void transform_in(Range tiles, MutableView V) const;
    void transform_out(Range tiles, int panel, View M) const;
};

// [in]
// V = B^T d B: V(point, 0, tile, channel).
void Layer::transform_in(Range tiles, MutableView V) const {
    const Tensor zeros({.c = divide_up(x.shape.c, lanes) * lanes});
    for (int t = tiles.begin; t < tiles.end; ++t) {
        // Where the pixels of the tile lie; those outside of the map are zeros.
        const auto [n, top, left] = place(t);
        const real* pixel[6][6];
        for (int i = 0; i < 6; ++i)
            for (int j = 0; j < 6; ++j) {
                const int row = top + i - padding.top, column = left + j - padding.left;
                const bool in = 0 <= row && row < x.shape.h && 0 <= column && column < x.shape.w;
                pixel[i][j] = in ? x.pixel(n, row, column) : zeros.flat().data();
            }
        for (int c = 0; c < x.shape.c; c += lanes) {
            const int count = std::min(lanes, x.shape.c - c);
            vec d[6][6], v[6][6];
            for (int i = 0; i < 6; ++i)
                for (int j = 0; j < 6; ++j)
                    d[i][j] =
                        count == lanes ? vec::load(pixel[i][j] + c) : vec::load_first(count, pixel[i][j] + c);
            both_sides(d, v, input_transform);
            for (int q = 0; q < points; ++q) v[q / 6][q % 6].store(V.pixel(q, 0, t - tiles.begin) + c);
        }
    }
}
// [in]

// [out]
// Y = A^T M A and the epilogue, for one panel of filters: M(point, 0, tile, filter).
void Layer::transform_out(Range tiles, int panel, View M) const {
    for (int v = 0; v < filters.vecs; ++v) {
        const int f = (panel * filters.vecs + v) * lanes, count = std::min(lanes, y.shape.c - f);
        if (count <= 0) return;
        const vec bias = epilogue.bias.empty() ? vec{} : vec::load_first(count, epilogue.bias.data + f);
        for (int t = tiles.begin; t < tiles.end; ++t) {
            vec m[6][6], out[4][4];
            for (int q = 0; q < points; ++q)
                m[q / 6][q % 6] = vec::load(M.pixel(q, 0, t - tiles.begin) + v * lanes);
            both_sides(m, out, output_transform);
            const auto [n, top, left] = place(t);
            for (int i = 0; i < std::min(4, y.shape.h - top); ++i)
                for (int j = 0; j < std::min(4, y.shape.w - left); ++j) {
                    vec sum = out[i][j] + bias;
                    if (!epilogue.residual.empty())
                        sum = sum + vec::load_first(count, epilogue.residual.pixel(n, top + i, left + j) + f);
                    activated(sum, epilogue.activation).store_first(count, y.pixel(n, top + i, left + j) + f);
                }
        }
    }
}
// [out]

// [blocks]
void convolve(const Layer& layer) {
    const TransformedFilters& filters = layer.filters;
    const int width = filters.vecs * lanes, channels = divide_up(filters.channels, lanes) * lanes;
    const int tiles = layer.y.shape.n * layer.down * layer.across;
    const std::int64_t tile_bytes = std::int64_t{points} * (channels + width) * int(sizeof(real));
    const int block = std::clamp(int(cache_bytes(2) * 3 / 4 / tile_bytes), 24, 96) / tallest * tallest;
    const int blocks = divide_up(tiles, block),
              groups = std::min(filters.panels, divide_up(2 * threads(), blocks));

    // A task is a block of tiles and a share of the panels.
    parallel_for(blocks * groups, [&](int task) {
        const Range mine = share_of(tiles, task / groups, blocks);
        // One vector more between points: else all 36 stores of a transform would meet in few cache sets.
        Tensor v = Tensor::uninitialized({points, 1, mine.size() + 1, channels}),
               m = Tensor::uninitialized({points, 1, mine.size() + 1, width});
        layer.transform_in(mine, v);
        const Range panels = share_of(filters.panels, task % groups, groups);
        for (int p = panels.begin; p < panels.end; ++p) {
            for (int q = 0; q < points; ++q)
                for (int t = 0; t < mine.size(); t += tallest)
                    products(std::min(tallest, mine.size() - t), filters.vecs)(
                        v.view().pixel(q, 0, t), channels, filters.channels, filters.panel(p, q),
                        m.view().pixel(q, 0, t));
            layer.transform_out(mine, p, m);
        }
    });
}
// [blocks]

}  // namespace

engine::PreparedSum prepared_winograd_conv2d_plus(View w, const Sides& padding, View bias,
                                                  Activation activation, const Shape& x) {
    const Shape y = winograd_shape(x, w.shape, padding);
    require_epilogue("winograd", {.bias = bias}, y);
    const auto filters = std::make_shared<const TransformedFilters>(w);
    return [=](View from, View residual, MutableView to) {
        convolve({from,
                  *filters,
                  padding,
                  {bias, residual, activation},
                  to,
                  divide_up(y.w, 4),
                  divide_up(y.h, 4)});
    };
}

Prepared prepared_winograd_conv2d(View w, const Sides& padding, const Epilogue& epilogue, const Shape& x) {
    require_epilogue("winograd", epilogue, winograd_shape(x, w.shape, padding));
    return [call = prepared_winograd_conv2d_plus(w, padding, epilogue.bias, epilogue.activation, x),
            residual = epilogue.residual](View from, MutableView to) { call(from, residual, to); };
}

Tensor winograd_conv2d(View x, View w, const Sides& padding, const Epilogue& epilogue) {
    Tensor y = Tensor::uninitialized(winograd_shape(x.shape, w.shape, padding));
    prepared_winograd_conv2d(w, padding, epilogue, x.shape)(x, y);
    return y;
}

}  // namespace cnn::optimized
