#pragma once
/// @file  What this machine can do at most: multiply-adds in registers, and bytes from each level of memory.
///
/// The roofline (Williams, Waterman and Patterson 2009): a layer needs at least the time of its arithmetic
/// at the peak, and at least the time of its bytes at the bandwidth of the memory that holds them.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace cnn::bench {

/// A level of memory, and the bytes a second that all threads together get from it.
struct Level {
    std::string name;           ///< L2, L3, memory
    std::int64_t capacity = 0;  ///< bytes, of all threads' caches together
    std::int64_t measured = 0;  ///< over so many bytes
    double read = 0;            ///< a sum over one array
    double triad = 0;           ///< a = b + s c, three arrays counted
    double copy = 0;            ///< a = b, both counted, written around the caches
    double write = 0;           ///< a = s, around the caches or not, whichever is faster

    double most() const { return std::max({read, triad, copy, write}); }
    double most_read() const { return std::max({read, triad * 2 / 3, copy / 2}); }
    double most_written() const { return std::max({write, triad / 3, copy / 2}); }
};

struct Ceiling {
    int threads = 1;
    double flops = 0;           ///< a second; a multiply-add is two
    std::vector<Level> levels;  ///< from near to far
    double crossing = 0;        ///< seconds in which a line of memory passes from one thread to another

    /// The level that holds so many bytes.
    const Level& level(std::int64_t bytes) const;

    struct Bound {
        double seconds;
        std::string by;  ///< "fma" or the level's name
    };
    /// The least time in which so much arithmetic on so many bytes can be done, if so many of them are read,
    /// 0 for unknown: these come no faster than by reading alone, the others go no faster than by writing
    /// alone.
    Bound bound(std::int64_t flop, std::int64_t bytes, std::int64_t read) const;
    /// Measures the level of memory anew that binds such work, if one does, in up to a quarter of a second:
    /// what others on the machine take of it changes by the minute.
    void refresh(std::int64_t flop, std::int64_t bytes, std::int64_t read);
};

/// Measures in about half a second.
Ceiling measure_ceiling(int threads);

/// The processor's name.
std::string processor();

/// For people: the peaks, the bandwidths, and from how many operations a byte on arithmetic is the limit.
std::string roofline(const std::vector<Ceiling>& ceilings);

}  // namespace cnn::bench
