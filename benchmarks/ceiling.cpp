#include "ceiling.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <iomanip>
#include <sstream>

#include "common/machine/cache.hpp"
#include "common/machine/parallel.hpp"
#include "common/machine/peak.hpp"
#include "common/machine/simd.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::bench {

namespace {

using simd::vec, simd::lanes;

/// The least seconds that `body`, run on all threads at once, took in a number of tries.
double least_seconds(int threads, int tries, const std::function<void(int)>& body) {
    using Clock = std::chrono::steady_clock;
    double least = 1e9;
    for (int t = 0; t < tries; ++t) {
        const auto start = Clock::now();
        parallel_for(threads, body);
        least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return least;
}

void read(const real* a, std::int64_t n) {
    vec sums[8] = {};
    for (std::int64_t i = 0; i + 8 * lanes <= n; i += 8 * lanes)
        for (int s = 0; s < 8; ++s) sums[s] = sums[s] + vec::load(a + i + s * lanes);
    for (vec& s : sums) benchmark::DoNotOptimize(sum(s));
}

void triad(real* a, const real* b, const real* c, std::int64_t n) {
    for (std::int64_t i = 0; i + 4 * lanes <= n; i += 4 * lanes)
        for (int s = 0; s < 4; ++s)
            fma(real(3), vec::load(c + i + s * lanes), vec::load(b + i + s * lanes)).store(a + i + s * lanes);
    benchmark::ClobberMemory();
}

/// Past the caches, as a layer may write what is too large for them.
void copy(real* a, const real* b, std::int64_t n) {
    for (std::int64_t i = 0; i + 4 * lanes <= n; i += 4 * lanes)
        for (int s = 0; s < 4; ++s) vec::load(b + i + s * lanes).store_nontemporal(a + i + s * lanes);
    simd::store_fence();
    benchmark::ClobberMemory();
}

/// Some number, not zero: some machines have a faster way for lines of zeros.
template <bool past_the_caches>
void write(real* a, std::int64_t n) {
    const vec value = vec::broadcast(3);
    for (std::int64_t i = 0; i + 4 * lanes <= n; i += 4 * lanes)
        for (int s = 0; s < 4; ++s)
            past_the_caches ? value.store_nontemporal(a + i + s * lanes) : value.store(a + i + s * lanes);
    simd::store_fence();
    benchmark::ClobberMemory();
}

/// Bandwidths over `level.measured` bytes in all, an equal part to each thread, each part passed over `times`
/// times.
void bandwidth(Level& level, int threads) {
    const std::int64_t numbers = level.measured / std::int64_t{sizeof(real)} / threads;
    const auto part = int(numbers / 3 / (8 * lanes)) * 8 * lanes;
    const double moved = 3.0 * sizeof(real) * part * threads;
    const int times = std::max(1, int(2e8 / moved)), tries = moved > 1e8 ? 3 : 12;
    Tensor arrays({threads, 3, 1, part});
    const auto seconds = [&](const auto& pass) {
        return least_seconds(threads, tries, [&](int t) {
            real* a = arrays.view().pixel(t, 0, 0);
            for (int i = 0; i < times; ++i) pass(a);
        });
    };
    const std::int64_t all = 3 * std::int64_t{part};
    level.read = moved * times / seconds([=](real* a) { read(a, all); });
    level.triad =
        moved * times / seconds([=](real* a) { triad(a, a + part, a + 2 * std::int64_t{part}, part); });
    level.copy = moved * times * 2 / 3 / seconds([=](real* a) { copy(a, a + part, part); });
    level.write = moved * times /
                  std::min(seconds([=](real* a) { write<true>(a, all); }),
                           seconds([=](real* a) { write<false>(a, all); }));
}

/// Seconds in which a line of memory passes from one thread to another: a ball, thrown to and fro.
double crossing() {
    constexpr int throws = 2000;
    alignas(64) std::atomic<int> ball = 0;
    const double seconds = least_seconds(2, 5, [&](int side) {
        for (int i = side; i < throws; i += 2) {
            while (ball != i) {
            }
            ball = i + 1;
        }
        if (side == 1) ball = 0;
    });
    return seconds / throws;
}

std::string giga(double rate) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(rate < 1e11 ? 1 : 0) << rate / 1e9;
    return out.str();
}

}  // namespace

const Level& Ceiling::level(std::int64_t bytes) const {
    for (const Level& l : levels)
        if (bytes <= l.capacity) return l;
    return levels.back();
}

Ceiling::Bound Ceiling::bound(std::int64_t flop, std::int64_t bytes, std::int64_t read) const {
    const Level& memory = level(bytes);
    const double arithmetic = double(flop) / flops;
    const auto written = double(read == 0 ? 0 : bytes - read);
    const double moving = std::max(
        {double(bytes) / memory.most(), double(read) / memory.most_read(), written / memory.most_written()});
    return arithmetic >= moving ? Bound{arithmetic, "fma"} : Bound{moving, memory.name};
}

void Ceiling::refresh(std::int64_t flop, std::int64_t bytes, std::int64_t read) {
    const std::string by = bound(flop, bytes, read).by;
    for (Level& l : levels)
        if (l.name == by) bandwidth(l, threads);
}

Ceiling measure_ceiling(int threads) {
    set_threads(threads);
    const std::int64_t l2 = threads * cache_bytes(2), l3 = cache_bytes(3);
    const std::int64_t far = std::max<std::int64_t>(l3 + l3 / 2, 256 << 20);
    Ceiling ceiling{threads,
                    peak_flops(threads),
                    {{"L2", l2, l2 / 2},
                     {"L3", l3, std::min<std::int64_t>(l3 / 2, 24 << 20)},
                     {"memory", INT64_MAX, far}}};
    for (Level& l : ceiling.levels) bandwidth(l, threads);
    if (threads > 1) ceiling.crossing = crossing();
    return ceiling;
}

std::string processor() {
    std::ifstream info{"/proc/cpuinfo"};
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
    return "unknown processor";
}

std::string roofline(const std::vector<Ceiling>& ceilings) {
    std::ostringstream out;
    out << "Ceiling of this machine (" << processor() << ")\n";
    for (const Ceiling& c : ceilings) {
        out << "  " << c.threads << (c.threads == 1 ? " thread:  " : " threads: ") << giga(c.flops)
            << " GFLOP/s in registers";
        if (c.threads > 1)
            out << "; a line of memory crosses from one to another in " << std::lround(1e9 * c.crossing)
                << " ns";
        out << "\n";
        for (const Level& l : c.levels)
            out << "    " << std::left << std::setw(7) << l.name << " read " << std::setw(5) << giga(l.read)
                << " triad " << std::setw(5) << giga(l.triad) << " copy " << std::setw(5) << giga(l.copy)
                << " write " << std::setw(5) << giga(l.write) << " GB/s; arithmetic is the limit from "
                << giga(1e9 * c.flops / l.most()) << " FLOP/byte on\n";
    }
    return out.str();
}

}  // namespace cnn::bench
