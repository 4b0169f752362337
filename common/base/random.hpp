#pragma once
/// @file  Random numbers that are the same on every machine and with every compiler.
#include <cstdint>
#include <span>
#include <utility>

namespace cnn {

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): one addition and three mixing steps a number.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    /// The stream of things numbered a, or a and b, under one seed: epochs, examples, nodes.  Streams begin
    /// at places scattered over all 2^64, so none is another one moved by a few numbers.
    static Random stream(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0);

    std::uint64_t bits();
    /// In [0, 1), from 53 random bits.
    double uniform() { return double(bits() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Mean 0, standard deviation 1 (Box and Muller 1958).
    double normal();
    /// One of 0 ... n - 1.
    int below(int n) { return int(uniform() * n); }

    /// Puts the elements in random order (Fisher and Yates).
    template <class T>
    void shuffle(std::span<T> elements) {
        for (int last = int(elements.size()) - 1; last > 0; --last)
            std::swap(elements[std::size_t(last)], elements[std::size_t(below(last + 1))]);
    }

private:
    std::uint64_t state_;
};

}  // namespace cnn
