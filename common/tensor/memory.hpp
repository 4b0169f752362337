#pragma once
/// @file  Memory for tensors.  Large blocks that are given back wait for the next tensor.
#include <cstddef>

namespace cnn::memory {

/// Uninitialized, aligned to 64 bytes: a cache line, and the widest vector.  Throws std::bad_alloc.
///
/// A training step asks for the same buffers again and again, and a page that is fresh from the system costs
/// as much time as a layer.  So blocks of 64 KB and more are kept when they are released, as long as all
/// memory, in use and kept, stays within the most that was in use at any time.
void* allocate(std::size_t bytes);
/// What allocate gave, or null.
void release(void* numbers) noexcept;

}  // namespace cnn::memory
