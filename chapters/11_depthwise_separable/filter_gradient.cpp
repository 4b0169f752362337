// The gradient for the filters, by the forward pass's walks: dy takes the place of the sums, and the sums
// that of the filters.
#include <array>

#include "common/parallel.hpp"
#include "rolling.hpp"
#include "windows.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

namespace {

/// So many pixels of dy are worth sums of their own: in strips, which should be long, and in pairs of rows.
constexpr int strip_pixels = 3072, pair_pixels = 512;

/// A tile of dy, and the sums that it adds to.
struct Tile {
    Source from;
    const real* dy;
    std::ptrdiff_t dy_row, dy_pixel;
    real* sums;
    std::ptrdiff_t sums_row, sums_tap;
    int rows;  ///< of outputs
};

/// The nine sums of a vector of channels, from memory and back.
struct Sums {
    vec sum[3][3];

    [[gnu::always_inline]] void load(const Tile& t, int v) {
        each<3, 3>([&](int m, int l) { sum[m][l] = vec::load(place(t, m, l, v)); });
    }
    [[gnu::always_inline]] void store(const Tile& t, int v) const {
        each<3, 3>([&](int m, int l) { sum[m][l].store(place(t, m, l, v)); });
    }

private:
    static real* place(const Tile& t, int m, int l, int v) {
        return t.sums + m * t.sums_row + l * t.sums_tap + v * lanes;
    }
};

// [gradient]
// The walk of the forward pass: a place holds a row of dy, and the taps are the sums.
template <int columns>
void strip3x3(const Tile& t) {
    const Source& from = t.from;
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = std::min(v * lanes, from.channels - lanes);
        vec dy[3][columns] = {};
        Sums all;
        all.load(t, v);
        roll3x3<columns, false>(
            from, c, t.rows,
            [&](int k, int i) {
                const real* row = t.dy + i * t.dy_row + c;
                each<1, columns>([&](int, int j) { dy[k][j] = vec::load(row + j * t.dy_pixel); });
            },
            [&](vec x, int k, int j, int m, int l) { all.sum[m][l] = fma(x, dy[k][j], all.sum[m][l]); },
            [&](int k, int) { each<1, columns>([&](int, int j) { dy[k][j] = vec{}; }); });
        all.store(t, v);
    }
}
// [gradient]

// A pair of rows: under stride 2, and where maps are far.
template <int stride, int rows, int columns, bool far>
void pair3x3(const Tile& t) {
    const Source& from = t.from;
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = std::min(v * lanes, from.channels - lanes);
        vec dy[rows][columns];
        Sums all;
        all.load(t, v);
        each<rows, columns>([&](int i, int j) {
            const real* at = t.dy + i * t.dy_row + j * t.dy_pixel + c;
            if (far) __builtin_prefetch(at + rows * t.dy_row, 0, 2);
            dy[i][j] = vec::load(at);
        });
        each_product<stride, rows, columns, far>(from, c, [&](vec x, int i, int j, int m, int l) {
            all.sum[m][l] = fma(x, dy[i][j], all.sum[m][l]);
        });
        all.store(t, v);
    }
}

template <int pixels, bool narrow>
void gradient_run(const Tile& t) {
    const Source& from = t.from;
    const auto load = [&](const real* p) {
        return narrow ? vec::load_first(from.channels, p) : vec::load(p);
    };
    for (int v = 0; v * lanes < from.channels; ++v) {
        const int c = narrow ? 0 : std::min(v * lanes, from.channels - lanes);
        vec dy[pixels];
        for (int j = 0; j < pixels; ++j) dy[j] = load(t.dy + j * t.dy_pixel + c);
        for (int m = from.rows.begin; m < from.rows.end; ++m)
            for (int l = from.columns.begin; l < from.columns.end; ++l) {
                real* to = t.sums + m * t.sums_row + l * t.sums_tap + v * lanes;
                const real* x = from.x + m * from.next_row + l * from.next_tap + c;
                vec sum = vec::load(to);
                for (int j = 0; j < pixels; ++j) sum = fma(load(x + j * from.next_pixel), dy[j], sum);
                sum.store(to);
            }
    }
}

using Kernel = void (*)(const Tile&);

template <bool narrow, std::size_t... i>
constexpr std::array<Kernel, longest_run> run_kernels(std::index_sequence<i...>) {
    return {gradient_run<int(i) + 1, narrow>...};
}

template <int stride, bool far>
constexpr Kernel pairs[pair][2] = {{pair3x3<stride, 1, small, far>, pair3x3<stride, 1, wide, far>},
                                   {pair3x3<stride, 2, small, far>, pair3x3<stride, 2, wide, far>}};
constexpr Kernel strips[2] = {strip3x3<small>, strip3x3<wide>};
constexpr auto runs = run_kernels<false>(std::make_index_sequence<longest_run>{}),
               narrow_runs = run_kernels<true>(std::make_index_sequence<longest_run>{});

/// Pairs of rows, of all images one after the other.
struct Pairs {
    int each, count;
    explicit Pairs(const Shape& y) : each(divide_up(y.h, pair)), count(y.n * each) {}
};

/// Adds what some pairs give for these channels to sums.
void add_gradient(View dy, View x, const Windows& windows, Range some, bool far, MutableView sums) {
    const Pairs of_rows(dy.shape);
    const int s = windows.stride.h;
    const bool paired = far || s == 2;
    const auto& of_pairs = s == 1 ? pairs<1, true> : far ? pairs<2, true> : pairs<2, false>;
    for (int at = some.begin, next; at < some.end; at = next) {
        const int n = at / of_rows.each;
        next = std::min((n + 1) * of_rows.each, some.end);
        const auto row = [&](int p) { return std::min((p - n * of_rows.each) * pair, dy.shape.h); };
        const Range rows{row(at), row(next)};
        const auto tile = [&](int i, int j, int height, const Source& from) {
            return Tile{from,      dy.pixel(n, i, j), dy.next_row,     dy.next_pixel,
                        sums.data, sums.next_row,     sums.next_pixel, height};
        };
        each_tile(
            x, windows, {n, rows, {0, dy.shape.w}}, paired ? pair : rows.size(),
            [&](int i, int j, const Extent& size, const Source& from) {
                const bool is_wide = size.w == wide;
                (paired ? of_pairs[size.h - 1][is_wide] : strips[is_wide])(tile(i, j, size.h, from));
            },
            [&](int i, int j, int pixels, const Source& from) {
                (from.channels < lanes ? narrow_runs : runs)[std::size_t(pixels - 1)](tile(i, j, 1, from));
            });
    }
}

}  // namespace

void filter_gradient(View dy, View x, const Windows& windows, MutableView dw) {
    // Blocks of rows have sums of their own, added up in order at the end: how many there are may not depend
    // on threads.  Channels meet no others, so threads may share them as they like.
    const int channels = x.shape.c, vectors = std::max(1, channels / lanes);
    const Pairs pairs(dy.shape);
    const std::int64_t pixels = dy.shape.size() / channels;
    const int worth = windows.stride.h == 2 ? pair_pixels : strip_pixels;
    const int blocks = int(std::clamp<std::int64_t>(pixels / worth, 1, pairs.count));
    const int parts = threads() == 1 ? 1 : std::clamp(divide_up(2 * threads(), blocks), 1, vectors);

    // (block, row of the filter, tap, channel): the last vector may overlap the one before and has its own
    // place.
    Tensor sums({blocks, windows.kernel.h, windows.kernel.w, (vectors + 1) * lanes});
    parallel_for(blocks * parts, [&](int task) {
        const int block = task / parts, part = task % parts;
        const Range mine = share_of(vectors, part, parts);
        const int c = mine.begin * lanes, count = (part + 1 == parts ? channels : mine.end * lanes) - c;
        add_gradient(dy.channels(c, count), x.channels(c, count), windows,
                     share_of(pairs.count, block, blocks), large(x, dy),
                     sums.view().images(block, 1).channels(c, count));
    });

    for (int m = 0; m < windows.kernel.h; ++m)
        for (int l = 0; l < windows.kernel.w; ++l)
            for (int c = 0; c < channels; c += lanes) {
                vec sum = vec::load(sums.view().pixel(0, m, l) + c);
                for (int block = 1; block < blocks; ++block)
                    sum = sum + vec::load(sums.view().pixel(block, m, l) + c);
                real* to = dw.pixel(m, l, 0);
                if (channels < lanes)
                    sum.store_first(channels, to);
                else
                    sum.store(to + std::min(c, channels - lanes));
            }
}

}  // namespace cnn::optimized
