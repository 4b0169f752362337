#pragma once
/// @file  When results bypass the caches: a processor that stores in the ordinary way first reads the line
/// that it is about to replace.
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Whether maps of so many numbers, more than 16 MB, outgrow the caches: what comes next is then
/// fetched ahead, and results bypass them.
constexpr bool large(std::int64_t numbers) { return numbers > (1 << 22); }
/// Whether all vectors of y lie where `simd::vec::store_nontemporal` can write.
bool allows_nontemporal(View y);
/// Whether a layer from x to y bypasses the caches: both maps together are large, and y is aligned for
/// that.
bool stores_nontemporal(View x, View y);

}  // namespace cnn
