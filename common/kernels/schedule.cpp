#include "common/kernels/schedule.hpp"

#include <numeric>
#include <utility>

#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

Schedule::Schedule(WorkEstimate d)
    : tiles_(d.tiles),
      vectors_(std::accumulate(d.panels.begin(), d.panels.end(), 0)),
      panels_(std::move(d.panels)) {
    const std::int64_t l2 = cache_bytes(2), panel_bytes = d.filter_bytes / std::int64_t(panels_.size());
    const bool panels_stay = d.filter_bytes <= l2 / 2;
    const std::int64_t room = panels_stay ? l2 / 8 : std::max(l2 / 4, l2 * 3 / 4 - panel_bytes);
    const std::int64_t tile_bytes = (d.reads + (panels_stay ? d.writes : 0)) * std::int64_t{sizeof(real)};
    const int in_cache = int(std::clamp<std::int64_t>(room / tile_bytes, 1, std::max(1, d.tiles)));
    // As many blocks for each thread; a map that fits is one block, and threads share its panels.
    const int blocks =
        in_cache < d.tiles ? divide_up(divide_up(d.tiles, in_cache), threads()) * threads() : 1;
    block_ = std::max(1, divide_up(d.tiles, blocks));
    // Enough tasks for a late thread to be helped.  The longer a layer takes, the finer it may be cut.
    const bool long_layer = d.multiply_adds > (1 << 26);
    const int wanted = threads() == 1 ? 1 : (long_layer ? 32 : 16) * threads();
    count_ = std::max(blocks, std::min(tiles_ * int(panels_.size()), wanted));
}

}  // namespace cnn
