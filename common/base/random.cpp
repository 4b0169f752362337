#include "common/base/random.hpp"

#include <cmath>
#include <numbers>

namespace cnn {

std::uint64_t Random::bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

Random Random::stream(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
    // Each part is mixed before the next is added: a sum with a multiple of the increment above would be the
    // same stream, a few numbers on.
    std::uint64_t state = Random(seed).bits();
    state = Random(state ^ a).bits();
    return Random(Random(state ^ b).bits());
}

double Random::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace cnn
