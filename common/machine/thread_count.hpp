#pragma once
/// @file  Another number of threads for a while.
#include "common/machine/parallel.hpp"

namespace cnn {

/// parallel_for uses `count` threads until the end of the scope, however that ends.
class ThreadCount {
public:
    explicit ThreadCount(int count) : before_(threads()) { set_threads(count); }
    ThreadCount() : before_(threads()) {}  ///< only restores
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;
    ~ThreadCount() { set_threads(before_); }

private:
    int before_;
};

}  // namespace cnn
