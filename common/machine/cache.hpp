#pragma once
/// @file  How large this machine's caches are, for those who cut work into blocks.
#include <cstddef>
#include <cstdint>

namespace cnn {

/// Bytes of the data cache of a level, 1 to 3, as Linux describes the first CPU's; or else a usual size.
/// Only the order of tiles may follow it.  An order of sums must not: results would change with the machine.
std::int64_t cache_bytes(int level);

/// Whether things so many bytes apart lie whole pages apart.  They then share one place of the nearest cache,
/// which holds few of them.
constexpr bool same_cache_set(std::ptrdiff_t bytes) { return bytes % 4096 == 0; }

}  // namespace cnn
