// The shuffle as a rule of addressing: the groups are maps of their own, read where they are and written g
// channels apart.  No channel's place is divided, and what would be shuffled need not be put together first.
#include "common/base/error.hpp"
#include "common/kernels/elementwise.hpp"
#include "shuffle.hpp"

namespace cnn::optimized {

namespace {

template <class Maps>
void require_parts(const Maps& maps, const Shape& y) {
    require(!maps.empty(), "interleave: there are no maps");
    for (const auto& map : maps) {
        const Shape part{y.n, y.h, y.w, y.c / int(maps.size())};
        require(map.empty() || (map.shape == part && part.c * int(maps.size()) == y.c),
                "interleave: ", maps.size(), " maps and one of ", map.shape, "; together they are ", y);
    }
}

template <class Body>
void for_each_pixel(const Shape& shape, const Body& body) {
    for_each_row(shape, [&](int row) {
        for (int j = 0; j < shape.w; ++j) body(row / shape.h, row % shape.h, j);
    });
}

}  // namespace

// [interleave]
void interleave_into(const std::vector<View>& maps, MutableView y) {
    require_parts(maps, y.shape);
    const int g = int(maps.size()), each = y.shape.c / g;
    for_each_pixel(y.shape, [&](int n, int i, int j) {
        real* to = y.pixel(n, i, j);
        if (g == 2) {  // both at once, so that whole vectors are written
            const real *a = maps[0].pixel(n, i, j), *b = maps[1].pixel(n, i, j);
            for (int k = 0; k < each; ++k) to[2 * k] = a[k], to[2 * k + 1] = b[k];
            return;
        }
        for (int q = 0; q < g; ++q) {
            const real* from = maps[std::size_t(q)].pixel(n, i, j);
            for (int k = 0; k < each; ++k) to[k * g + q] = from[k];
        }
    });
}
// [interleave]

void separate_into(View y, const std::vector<MutableView>& maps) {
    require_parts(maps, y.shape);
    const int g = int(maps.size()), each = y.shape.c / g;
    for_each_pixel(y.shape, [&](int n, int i, int j) {
        const real* from = y.pixel(n, i, j);
        for (int q = 0; q < g; ++q) {
            if (maps[std::size_t(q)].empty()) continue;
            real* to = maps[std::size_t(q)].pixel(n, i, j);
            for (int k = 0; k < each; ++k) to[k] = from[k * g + q];
        }
    });
}

// [optimized]
void channel_shuffle_into(View x, int groups, MutableView y) {
    require_shuffled(x.shape, groups);
    require(y.shape == x.shape, "channel_shuffle: the output is ", y.shape, "; it must be ", x.shape);
    interleave_into(slices(x, groups), y);
}
// [optimized]

Tensor channel_shuffle(View x, int groups) {
    Tensor y = Tensor::uninitialized(x.shape);
    channel_shuffle_into(x, groups, y);
    return y;
}

}  // namespace cnn::optimized
