// The product of two matrices, blocked for registers and caches.
//
//   1. naive      two numbers are loaded for each multiplication
//   2. tile       6 pixels x 4 vectors of filters stay in registers over all channels: 10 loads for 24
//                 multiply-adds
//   3. panels     filters lie in the order in which the tile reads them
//   4. blocks     what is read again, panels or pixels, stays in a cache
//   5. no copies  pixels that a stride sets apart are read and written where they lie
//   6. in a row   tiles side by side go through one call: from 0.88 to 0.96 of the peak where sums are short
//   7. fetched    while a tile is summed, the pixels of the next come from afar, where the map leaves the
//                 caches
//   8. streamed   results too large to be near pass the caches: from 0.78-0.85 of the peak to 0.91-0.94
#include "product.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/base/range.hpp"
#include "common/kernels/nontemporal.hpp"
#include "common/kernels/schedule.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"

namespace cnn::optimized {

using simd::lanes;

namespace {

// As square as registers allow: 6 x 4 vectors where there are 32 of them, or 6 x 2.  For each row of b that
// is 24 multiply-adds for 10 loads, and panels may come from the second-level cache.  (14 x 2 would read half
// as much of b, but 14 pixels a power of two apart do not stay in a first-level cache of 8 ways.)
constexpr int vecs = Panels::widest, width = vecs * lanes;
constexpr int tallest = (simd::registers - vecs - 1) / vecs;

// One call: tiles side by side.
struct KernelArguments {
    int tiles;
    const real* x;
    std::ptrdiff_t x_pixel_pitch;
    const real* b;
    int depth;
    real* y;
    std::ptrdiff_t y_pixel_pitch;
    bool fetch;        // the next tile's pixels meanwhile
    bool nontemporal;  // the results past the caches
    int tail_lanes;    // columns of the last vector
    Finish finish;
};

// [kernel]
// y[0:rows][0:width] = sum over t of x[0:rows][t] * b[t][0:width]
template <int rows, int wide, Store ending>
void tile(const KernelArguments& job) {
    const int tail_lanes = ending == Store::tail ? job.tail_lanes : lanes;
    const real* x = job.x;
    real* y = job.y;
    for (int t = 0; t < job.tiles; ++t, x += rows * job.x_pixel_pitch, y += rows * job.y_pixel_pitch) {
        Tile<rows, wide> sums;
        if (job.finish.bias != nullptr)
            sums.start(job.finish.bias, tail_lanes);
        else
            sums.zero();
        if (job.fetch)
            sums.add_and_fetch(x, job.x_pixel_pitch, job.b, width, job.depth, x + rows * job.x_pixel_pitch);
        else
            sums.add(x, job.x_pixel_pitch, 1, job.b, width, job.depth);
        if (job.finish.relu) sums.relu();
        sums.template write<ending>(y, job.y_pixel_pitch, tail_lanes);
    }
}
// [kernel]

template <int rows, int wide>
void kernel(const KernelArguments& job) {
    if (job.tail_lanes < lanes) return tile<rows, wide, Store::tail>(job);
    job.nontemporal ? tile<rows, wide, Store::nontemporal>(job) : tile<rows, wide, Store::whole>(job);
}

using Kernel = void (*)(const KernelArguments&);

template <int wide, std::size_t... i>
constexpr std::array<Kernel, tallest + 1> kernels(std::index_sequence<i...>) {
    return {nullptr, kernel<int(i) + 1, wide>...};
}
template <int wide>
constexpr auto kernels_of = kernels<wide>(std::make_index_sequence<tallest>{});

const std::array<Kernel, tallest + 1>& kernels_for(int vectors) {
    if constexpr (vecs == 4) {
        if (vectors == 4) return kernels_of<4>;
        if (vectors == 3) return kernels_of<3>;
    }
    return vectors == 2 ? kernels_of<2> : kernels_of<1>;
}

/// Whether all pixels of a view follow each other at one distance.
template <class Number>
bool one_line(const BasicView<Number>& v) {
    const bool rows = v.shape.h == 1 || v.row_pitch == v.pixel_pitch * v.shape.w;
    return rows && (v.shape.n == 1 || v.image_pitch == v.pixel_pitch * v.shape.w * v.shape.h);
}
template <class Number>
BasicView<Number> as_line(BasicView<Number> v) {
    v.shape = {1, 1, v.shape.n * v.shape.h * v.shape.w, v.shape.c};
    return v;
}

}  // namespace

// [blocks]
void multiply(View x, const Panels& b, const Finish& finish, MutableView y) {
    // Where all pixels follow each other at one distance, the maps are one line each.  Other lines, if they
    // would leave tiles a tenth empty, are brought together first.
    const bool filled = 10 * x.shape.w >= 9 * tallest * divide_up(x.shape.w, tallest);
    if (one_line(x) && one_line(y)) {
        x = as_line(x), y = as_line(y);
    } else if (!filled && !one_line(x)) {
        Tensor together = Tensor::uninitialized(x.shape);
        copy(x, together);
        return multiply(together, b, finish, y);
    } else if (!filled) {
        Tensor together = Tensor::uninitialized(y.shape);
        multiply(x, b, finish, together);
        return copy(together, y);
    }

    const int line_tiles = divide_up(x.shape.w, tallest), panels = b.count();
    const auto columns_of = [&](int p) { return std::min(width, b.columns() - p * width); };
    std::vector<int> widths(std::size_t(panels), vecs);
    widths.back() = divide_up(columns_of(panels - 1), lanes);
    const Schedule schedule({.tiles = x.rows() * line_tiles,
                             .panels = std::move(widths),
                             .reads = std::int64_t{tallest} * b.rows(),
                             .writes = std::int64_t{tallest} * b.columns(),
                             .filter_bytes = std::int64_t{panels} * width * b.rows() * int(sizeof(real)),
                             .multiply_adds = x.shape.size() * b.columns()});
    const bool far = x.shape.size() * std::int64_t{sizeof(real)} > cache_bytes(2);
    const bool nontemporal = stores_nontemporal(x, y);
    parallel_for(schedule.count(), [&](int task) {
        schedule.for_each(task, [&](int p, Range mine) {
            const int column = p * width, columns = columns_of(p);
            const auto& kernels = kernels_for(divide_up(columns, lanes));
            Finish ending = finish;
            if (finish.bias != nullptr) ending.bias += column;
            // The whole tiles of a line in one call, and the one that is left.
            for (int at = mine.begin, count; at < mine.end; at += count) {
                const int line = at / line_tiles, pixel = at % line_tiles * tallest, left = x.shape.w - pixel;
                count = std::clamp(left / tallest, 1, mine.end - at);
                kernels[std::size_t(std::min(tallest, left))]({.tiles = count,
                                                               .x = x.row(line).pixel(0, 0, pixel),
                                                               .x_pixel_pitch = x.pixel_pitch,
                                                               .b = b.panel(p),
                                                               .depth = b.rows(),
                                                               .y = y.row(line).pixel(0, 0, pixel) + column,
                                                               .y_pixel_pitch = y.pixel_pitch,
                                                               .fetch = far,
                                                               .nontemporal = nontemporal,
                                                               .tail_lanes = (columns - 1) % lanes + 1,
                                                               .finish = ending});
            }
        });
        if (nontemporal) simd::store_fence();
    });
}
// [blocks]

}  // namespace cnn::optimized
