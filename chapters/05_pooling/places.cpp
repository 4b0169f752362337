// Where the maxima stand: windows of neighbouring channels at once, as for
// their gradient.
#include "common/machine/parallel.hpp"
#include "first_maximum.hpp"
#include "windows.hpp"

namespace cnn::optimized {

using simd::lanes, simd::vec;

// [places]
std::vector<std::int64_t> max_pool_places(View x, const Pooling& pooling) {
    const Shape y = pooled_shape(x.shape, pooling);
    if (uncountable(x.shape, pooling)) return naive::max_pool_places(x, pooling);
    const Windows windows(x.shape, y, pooling);
    std::vector<std::int64_t> places(std::size_t(y.size()));
    parallel_for(y.n * y.h, [&](int line) {
        const Span row = windows.row(line % y.h);
        std::int64_t* to = places.data() + std::int64_t{line} * y.w * y.c;
        for (int j = 0; j < y.w; ++j, to += y.c) {
            const Span column = windows.column(j);
            const int across = column.positions();
            for (int k = 0; k < y.c; k += lanes) {
                const int count = std::min(lanes, y.c - k), n = line / y.h;
                const vec winner = count == lanes ? first_maximum<true>(x, n, k, count, row, column)
                                                  : first_maximum<false>(x, n, k, count, row, column);
                for (int lane = 0; lane < count; ++lane) {
                    const int at = int(winner.v[lane]);
                    to[k + lane] = std::int64_t{row.begin + at / across * row.step} * x.shape.w +
                                   column.begin + at % across * column.step;
                }
            }
        }
    });
    return places;
}
// [places]

}  // namespace cnn::optimized
