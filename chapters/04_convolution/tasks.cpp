#include "tasks.hpp"

#include "common/cache.hpp"
#include "common/parallel.hpp"
#include "common/tensor.hpp"

namespace cnn::optimized {

Tasks::Tasks(const Demand& d) : all_tiles_(d.tiles), all_panels_(d.panels) {
    const std::int64_t l2 = cache_bytes(2), panel_bytes = d.filter_bytes / d.panels;
    const bool panels_stay = d.filter_bytes <= l2 / 2;
    const std::int64_t room = panels_stay ? l2 / 8 : std::max(l2 / 4, l2 * 3 / 4 - panel_bytes);
    const std::int64_t tile_bytes = (d.reads + (panels_stay ? d.writes : 0)) * std::int64_t{sizeof(real)};
    const int in_cache = int(std::clamp<std::int64_t>(room / tile_bytes, 1, d.tiles));
    // Enough tasks for an even share.  The longer a layer takes, the finer it may be cut.
    const bool long_layer = d.multiply_adds > (1 << 26);
    const int wanted = threads() == 1 ? 1 : (long_layer ? 32 : 16) * threads();
    blocks_ = std::max(divide_up(d.tiles, in_cache), std::min(d.tiles, divide_up(wanted, d.panels)));
    groups_ = std::min(d.panels, divide_up(wanted, blocks_));
    map_fits_ = d.tiles <= in_cache;
}

Range Tasks::tiles(int task) const {
    return share_of(all_tiles_, map_fits_ ? task % blocks_ : task / groups_, blocks_);
}

Range Tasks::panels(int task) const {
    return share_of(all_panels_, map_fits_ ? task / blocks_ : task % groups_, groups_);
}

}  // namespace cnn::optimized
