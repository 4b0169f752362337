#include "common/machine/peak.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

#include "common/machine/parallel.hpp"
#include "common/machine/simd.hpp"

namespace cnn {

namespace {

using simd::vec;

// Three registers of four are accumulators, each a chain of dependent multiply-adds: more chains than latency
// x ports.  An array of 4 columns, since compilers unroll no longer loop than 16.
constexpr int rows = simd::registers * 3 / 16, columns = 4;

void multiply_add(std::int64_t rounds) {
    // Volatile, or the compiler would see that all chains are equal and keep one.
    const volatile real one = 1, zero = 0;
    const vec factor = vec::broadcast(one), addend = vec::broadcast(zero);
    vec acc[rows][columns];
    for (auto& row : acc)
        for (vec& a : row) a = vec::broadcast(one);
    for (std::int64_t r = 0; r < rounds; ++r)
        for (auto& row : acc)
            for (vec& a : row) a = fma(a, factor, addend);
    [[maybe_unused]] volatile real result = 0;
    for (auto& row : acc)
        for (vec& a : row) result = sum(a);
}

}  // namespace

double peak_flops(int threads) {
    using Clock = std::chrono::steady_clock;
    constexpr std::int64_t rounds = 1'000'000;
    double least = std::numeric_limits<double>::max();
    for (int attempt = 0; attempt < 15; ++attempt) {
        const Clock::time_point start = Clock::now();
        parallel_for(threads, [](int) { multiply_add(rounds); });
        least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return 2.0 * double(rounds * rows * columns * simd::lanes * threads) / least;
}

}  // namespace cnn
