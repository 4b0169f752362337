// Every function of simd.hpp against the same thing done lane by lane.
#include "common/machine/simd.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <limits>

#include "common/testing/testing.hpp"

using namespace cnn;
using simd::lanes, simd::vec;

namespace {

using Lanes = std::array<real, lanes>;

Lanes numbers(std::uint64_t seed) {
    Lanes r{};
    const Tensor t = small_integers({.c = lanes}, seed);
    std::ranges::copy(t.flat(), r.begin());
    return r;
}

Lanes stored(vec v) {
    Lanes r{};
    v.store(r.data());
    return r;
}

constexpr real not_a_number = std::numeric_limits<real>::quiet_NaN();
constexpr real infinity = std::numeric_limits<real>::infinity();

}  // namespace

TEST_SUITE_BEGIN("common: simd");

TEST_CASE("simd: arithmetic is lane by lane") {
    const Lanes a = numbers(1), b = numbers(2), c = numbers(3);
    const vec x = vec::load(a.data()), y = vec::load(b.data()), z = vec::load(c.data());
    for (std::size_t i = 0; i < lanes; ++i) {
        CHECK(stored(x)[i] == a[i]);
        CHECK(stored(x + y)[i] == a[i] + b[i]);
        CHECK(stored(x - y)[i] == a[i] - b[i]);
        CHECK(stored(x * y)[i] == a[i] * b[i]);
        CHECK(stored(fma(x, y, z))[i] == a[i] * b[i] + c[i]);
        CHECK(stored(fma(real{3}, y, z))[i] == 3 * b[i] + c[i]);
        CHECK(stored(max(x, y))[i] == std::max(a[i], b[i]));
        CHECK(stored(vec::broadcast(7))[i] == 7);
    }
}

TEST_CASE("simd: transpose turns a square about its diagonal") {
    vec square[lanes];
    for (int i = 0; i < lanes; ++i)
        for (int j = 0; j < lanes; ++j) square[i].v[j] = real(i * lanes + j);
    simd::transpose(square);
    for (int i = 0; i < lanes; ++i)
        for (int j = 0; j < lanes; ++j) CHECK(stored(square[i])[std::size_t(j)] == real(j * lanes + i));
}

TEST_CASE("simd: repeat writes each number several times") {
    const Lanes a = numbers(1);
    const vec x = vec::load(a.data());
    for (std::size_t i = 0; i < lanes; ++i) {
        CHECK(stored(simd::repeat<1, 0>(x))[i] == a[i]);
        CHECK(stored(simd::repeat<2, 0>(x))[i] == a[i / 2]);
        CHECK(stored(simd::repeat<3, 2>(x))[i] == a[(i + 2) / 3]);
    }
}

TEST_CASE("simd: the sum of the lanes") {
    Lanes a{};
    real sum = 0;
    for (std::size_t i = 0; i < lanes; ++i) sum += a[i] = real(1 << i);
    CHECK(simd::sum(vec::load(a.data())) == sum);
}

TEST_CASE("simd: broadcasting keeps infinity and NaN and the sign of zero in sums") {
    CHECK(stored(vec::broadcast(infinity))[lanes - 1] == infinity);
    CHECK(stored(vec::broadcast(-infinity))[0] == -infinity);
    CHECK(std::isnan(stored(vec::broadcast(not_a_number))[0]));
    for (const real zero : {real{0}, real{-0.0}}) {
        const auto kept = stored(vec::broadcast(zero)),
                   summed = stored(vec::broadcast(zero) + vec::broadcast(zero));
        for (std::size_t i = 0; i < lanes; ++i) {
            CHECK(kept[i] == 0);
            CHECK(std::signbit(kept[i]) == std::signbit(zero));
            CHECK(std::signbit(summed[i]) == std::signbit(zero));
        }
    }
}

TEST_CASE("simd: max keeps a NaN of its first argument, so a ReLU hides no NaN") {
    const vec zero = vec::broadcast(0);
    CHECK(std::isnan(stored(max(vec::broadcast(not_a_number), zero))[0]));
    CHECK(stored(max(vec::broadcast(real{-0.0}), zero))[0] == 0);
    CHECK(stored(max(vec::broadcast(-infinity), zero))[0] == 0);
    CHECK(stored(max(vec::broadcast(infinity), zero))[0] == infinity);
}

TEST_CASE("simd: a partial load or store touches no byte beyond its lanes") {
    // Two pages, the second forbidden: one byte too far ends the process.
    const auto page = std::size_t(sysconf(_SC_PAGESIZE));
    char* memory = static_cast<char*>(
        mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(memory != MAP_FAILED);
    REQUIRE(mprotect(memory + page, page, PROT_NONE) == 0);
    const Lanes a = numbers(4);
    for (int count = 0; count <= lanes; ++count) {
        real* end = reinterpret_cast<real*>(memory + page) - count;
        vec::load(a.data()).store_first(count, end);
        const Lanes back = stored(vec::load_first(count, end));
        for (int i = 0; i < lanes; ++i) CHECK(back[std::size_t(i)] == (i < count ? a[std::size_t(i)] : 0));
    }
    munmap(memory, 2 * page);
}

TEST_CASE("simd: loads and stores need no alignment") {
    std::array<real, 2 * lanes> memory{};
    for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = real(i);
    const vec v = vec::load(memory.data() + 1);
    CHECK(stored(v)[0] == 1);
    v.store(memory.data() + 3);
    CHECK(memory[2] == 2);
    CHECK(memory[3] == 1);
    CHECK(memory[lanes + 2] == lanes);
}

TEST_SUITE_END();
