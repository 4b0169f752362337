// The product of two matrices, blocked for registers and caches.
//
//   tile      as many sums as fit stay in registers over all of b's rows
//   panels    b lies in the order in which the tile reads it
//   blocks    what is read again, panels or rows of a, stays in a cache
//   lines     pixels that a stride sets apart are read and written where they lie
//   calls     tiles side by side go through one call, which short sums need
//   prefetch  while a tile is summed, the rows of the next come from memory, where a leaves the caches
//   stores    results too large for the caches are written without reading what they overwrite
#include "common/kernels/product.hpp"

#include <algorithm>
#include <vector>

#include "common/base/range.hpp"
#include "common/kernels/kernel_table.hpp"
#include "common/kernels/nontemporal.hpp"
#include "common/kernels/schedule.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

using simd::lanes;

namespace {

// As square as registers allow: 6 x 4 vectors where there are 32 of them, or 6 x 2.  For each row of b that
// is 24 multiply-adds for 10 loads, and panels may come from the second-level cache.  (14 x 2 would read half
// as much of b, but 14 rows a power of two apart do not stay in a first-level cache of 8 ways.)
constexpr int tallest = (simd::registers - Panels::widest - 1) / Panels::widest;

// One call: tiles side by side, over some rows of a panel.
struct KernelArguments {
    int tiles;
    const real* a;
    std::ptrdiff_t a_row_pitch, a_column_pitch;
    const real* b;
    std::ptrdiff_t b_row_pitch;
    int depth;  // rows of b
    real* y;
    std::ptrdiff_t y_row_pitch;
    int tail_lanes;               // columns of the last vector
    bool resume, finish;          // whether sums start at y, and whether they are whole at the end
    bool prefetch;                // the next tile's rows meanwhile
    bool nontemporal;             // store so
    const real *bias, *residual;  // or null
    std::ptrdiff_t residual_row_pitch;
    Activation activation;
};
using Kernel = void (*)(const KernelArguments&);

// [kernel]
// y[0:rows][0:vecs] = sum over t of a[0:rows][t] * b[t][0:vecs], and the epilogue
template <int rows, int vecs, Store ending>
void tile(const KernelArguments& k) {
    const int tail_lanes = ending == Store::tail ? k.tail_lanes : lanes;
    const real *a = k.a, *residual = k.residual;
    real* y = k.y;
    for (int t = 0; t < k.tiles; ++t) {
        // Start at zero, at the bias, or at what the rows of b before these gave.
        Tile<rows, vecs> sums;
        if (k.resume)
            sums.load(y, k.y_row_pitch, tail_lanes);
        else if (k.bias != nullptr)
            sums.start(k.bias, tail_lanes);
        else
            sums.zero();
        // Sum.
        if (k.prefetch)
            sums.add_and_fetch(a, k.a_row_pitch, k.b, k.b_row_pitch, k.depth, a + rows * k.a_row_pitch);
        else if (k.a_column_pitch == 1)
            sums.add(a, k.a_row_pitch, 1, k.b, k.b_row_pitch, k.depth);
        else
            sums.add(a, k.a_row_pitch, k.a_column_pitch, k.b, k.b_row_pitch, k.depth);
        // Finish, while sums are in registers.
        if (k.finish) {
            if (residual != nullptr) sums.add(residual, k.residual_row_pitch, tail_lanes);
            sums.activate(k.activation);
        }
        sums.template write<ending>(y, k.y_row_pitch, tail_lanes);
        a += rows * k.a_row_pitch, y += rows * k.y_row_pitch;
        if (residual != nullptr) residual += rows * k.residual_row_pitch;
    }
}
// [kernel]

template <int rows, int vecs>
void kernel(const KernelArguments& k) {
    if (k.tail_lanes < lanes) return tile<rows, vecs, Store::tail>(k);
    k.nontemporal ? tile<rows, vecs, Store::nontemporal>(k) : tile<rows, vecs, Store::whole>(k);
}

constexpr auto kernels =
    kernel_table<tallest, Panels::widest>([]<int rows, int vecs>() -> Kernel { return kernel<rows, vecs>; });

// Rows of b that a block meets at a time: all, where a panel of them stays in the second-level cache.  Rows
// that lie far apart in memory stay there less well.
int depth_at_a_time(const Panels& b) {
    const int piece = b.in_place() ? 256 : 512;
    const std::int64_t panel_bytes = std::int64_t{b.rows()} * Panels::width * std::int64_t{sizeof(real)};
    return !b.in_place() && panel_bytes <= cache_bytes(2) / 2 ? std::max(b.rows(), 1) : piece;
}

// [blocks]
// The product of a's pixels, whose numbers lie so far apart, in lines of any place.
void multiply_lines(View a, std::ptrdiff_t column_pitch, const Panels& b, const Epilogue& epilogue,
                    MutableView y) {
    const int line_tiles = divide_up(a.shape.w, tallest), panel_depth = depth_at_a_time(b);
    std::vector<int> widths;
    for (int p = 0; p < b.count(); ++p) widths.push_back(b.panel(p).vecs);
    const std::int64_t multiply_adds = a.shape.size() * b.columns();
    const Schedule schedule(
        {.tiles = a.rows() * line_tiles,
         .panels = std::move(widths),
         .reads = std::int64_t{tallest} * panel_depth,
         .writes = std::int64_t{tallest} * b.columns(),
         .filter_bytes = std::int64_t{b.count()} * Panels::width * b.rows() * std::int64_t{sizeof(real)},
         .multiply_adds = multiply_adds});
    // A large b that few tiles meet is read once, and where it lies: in the order of memory, some rows of all
    // panels before the next.  Down one panel, every row of it would be on another page.
    constexpr int few_tiles = 4;
    const int tiles = a.rows() * line_tiles, some_rows = tiles == 1 ? 8 : 16;
    const bool by_rows = b.in_place() && tiles <= few_tiles &&
                         std::int64_t{b.rows()} * b.columns() * std::int64_t{sizeof(real)} > cache_bytes(3);
    const int depth = by_rows ? some_rows : panel_depth, sweep = by_rows ? some_rows : std::max(b.rows(), 1);
    const bool prefetch = column_pitch == 1 && a.shape.size() * std::int64_t{sizeof(real)} > cache_bytes(2);
    const bool nontemporal = depth >= b.rows() && stores_nontemporal(a, y);

    const auto task = [&](int index) {
        const auto meet = [&](int p, Range mine, Range rows) {
            const Panels::Panel panel = b.panel(p);
            const int column = p * Panels::width;
            for (int first = rows.begin; first == rows.begin || first < rows.end; first += depth)
                // The whole tiles of a line in one call, and the one that is left.
                for (int at = mine.begin, count; at < mine.end; at += count) {
                    const int line = at / line_tiles, pixel = at % line_tiles * tallest,
                              left = a.shape.w - pixel;
                    count = std::clamp(left / tallest, 1, mine.end - at);
                    const auto place = [&](auto view) {
                        return view.empty() ? nullptr : view.row(line).pixel(0, 0, pixel) + column;
                    };
                    kernels(std::min(tallest, left), panel.vecs)(
                        {.tiles = count,
                         .a = a.row(line).pixel(0, 0, pixel) + first * column_pitch,
                         .a_row_pitch = a.pixel_pitch,
                         .a_column_pitch = column_pitch,
                         .b = panel.data + first * panel.row_pitch,
                         .b_row_pitch = panel.row_pitch,
                         .depth = std::min(depth, b.rows() - first),
                         .y = place(y),
                         .y_row_pitch = y.pixel_pitch,
                         .tail_lanes = panel.tail_lanes,
                         .resume = first > 0,
                         .finish = first + depth >= b.rows(),
                         .prefetch = prefetch,
                         .nontemporal = nontemporal,
                         .bias = epilogue.bias.empty() ? nullptr : epilogue.bias.data + column,
                         .residual = place(epilogue.residual),
                         .residual_row_pitch = epilogue.residual.pixel_pitch,
                         .activation = epilogue.activation});
                }
        };
        for (int row = 0; row == 0 || row < b.rows(); row += sweep)
            schedule.for_each(index, [&](int p, Range mine) {
                meet(p, mine, {row, std::min(row + sweep, b.rows())});
            });
        if (nontemporal) simd::store_fence();
    };
    // Below some ten microseconds other threads would come too late.
    constexpr std::int64_t worth_sharing = 500'000;
    if (multiply_adds < worth_sharing)
        for (int i = 0; i < schedule.count(); ++i) task(i);
    else
        parallel_for(schedule.count(), task);
}
// [blocks]

}  // namespace

void multiply(View a, const Panels& b, const Epilogue& epilogue, MutableView y) {
    if (y.shape.size() == 0) return;
    // Where all pixels follow each other at one pitch, the maps are one line each.  Other lines, if they
    // would leave tiles a tenth empty, are brought together first.
    const View& residual = epilogue.residual;
    const bool filled = 10 * a.shape.w >= 9 * tallest * divide_up(a.shape.w, tallest);
    if (one_line(a) && one_line(y) && (residual.empty() || one_line(residual))) {
        Epilogue in_line = epilogue;
        if (!residual.empty()) in_line.residual = as_line(residual);
        multiply_lines(as_line(a), 1, b, in_line, as_line(y));
    } else if (filled) {
        multiply_lines(a, 1, b, epilogue, y);
    } else if (!one_line(a)) {
        Tensor together = Tensor::uninitialized(a.shape);
        copy(a, together);
        multiply(together, b, epilogue, y);
    } else {
        Tensor together = Tensor::uninitialized(y.shape);
        if (!residual.empty()) copy(residual, together);
        multiply(a, b, {epilogue.bias, residual.empty() ? View{} : together.view(), epilogue.activation},
                 together);
        copy(together, y);
    }
}

void multiply(const Matrix& a, const Panels& b, const Epilogue& epilogue, MutableView y) {
    if (y.shape.size() == 0) return;
    const View rows{a.data, {1, 1, a.rows, a.columns}, 0, 0, a.row_pitch};
    Epilogue in_line = epilogue;
    if (!epilogue.residual.empty()) in_line.residual = as_line(epilogue.residual);
    multiply_lines(rows, a.column_pitch, b, in_line, as_line(y));
}

}  // namespace cnn
