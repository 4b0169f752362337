#pragma once
/// @file  One way to use all cores.
///
/// Iterations are tiles that own their outputs, and no sum crosses iterations, so every result is
/// bitwise the same for 1, 2 or 64 threads.
#include <functional>

namespace cnn {

// [parallel_for]
/// Calls body(0) ... body(n - 1), each once, in no order, on all threads; returns when the last has
/// returned.  Nested calls run in their caller's thread.  Worth it from about 20 microseconds a tile.
/// An exception of a body reaches the caller, once all threads have stopped.
void parallel_for(int n, const std::function<void(int)>& body);
// [parallel_for]

/// How many threads parallel_for uses: $CNN_THREADS, or one for each core.
int threads();
/// Changes that, for the whole process and not during a parallel_for; at least 1.
void set_threads(int count);

}  // namespace cnn
