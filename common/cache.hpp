#pragma once
/// @file  How large this machine's caches are, for those who cut work into blocks.
#include <cstdint>

namespace cnn {

/// Bytes of the data cache of a level, 1 to 3, as Linux describes the first CPU's; or else a usual size.
/// Only the order of tiles may follow it.  An order of sums must not: results would change with the machine.
std::int64_t cache_bytes(int level);

}  // namespace cnn
