#include "common/machine/thread_count.hpp"

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#endif

#include <atomic>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <numeric>
#include <thread>
#include <vector>

#include "common/testing/testing.hpp"

using namespace cnn;

namespace {}  // namespace

TEST_SUITE_BEGIN("common: parallel");

TEST_CASE("parallel_for: each iteration runs once on 1 to 4 threads") {
    const ThreadCount restored;
    for (int count = 1; count <= 4; ++count) {
        set_threads(count);
        CHECK(threads() == count);
        for (const int n : {0, 1, 2, 3, 5, 1000}) {
            std::vector<std::atomic<int>> runs(std::size_t(n) + 1);
            parallel_for(n, [&](int i) { ++runs[std::size_t(i)]; });
            for (int i = 0; i < n; ++i) CHECK(runs[std::size_t(i)] == 1);
            CHECK(runs[std::size_t(n)] == 0);
        }
    }
}

TEST_CASE("parallel_for: tiles that own their outputs give the same bits on 1 to 4 threads") {
    const ThreadCount restored;
    const auto rows = [] {
        Tensor y({.h = 64, .w = 100});
        parallel_for(64, [&](int h) {
            double sum = 0;
            for (int w = 0; w < 100; ++w) y(0, h, w, 0) = real(sum += std::sin(h * 100.0 + w) / (w + 1));
        });
        return y;
    };
    set_threads(1);
    const Tensor alone = rows();
    for (int count = 2; count <= 4; ++count) {
        set_threads(count);
        for (int again = 0; again < 20; ++again) CHECK(rows() == alone);
    }
}

TEST_CASE("parallel_for: a nested call runs whole in its caller's thread") {
    const ThreadCount restored;
    set_threads(3);
    std::atomic<int> runs = 0, elsewhere = 0;
    parallel_for(8, [&](int) {
        const auto here = std::this_thread::get_id();
        parallel_for(50, [&](int) {
            ++runs;
            if (std::this_thread::get_id() != here) ++elsewhere;
        });
    });
    CHECK(runs == 400);
    CHECK(elsewhere == 0);
}

TEST_CASE("parallel_for: an exception reaches the caller and the threads stay fit for work") {
    const ThreadCount restored;
    for (int count = 1; count <= 4; ++count) {
        set_threads(count);
        const std::string text =
            error_of([] { parallel_for(100, [](int i) { require(i != 13, "tile ", i, " is wrong"); }); });
        CHECK(text == "tile 13 is wrong");
        std::atomic<int> sum = 0;
        parallel_for(100, [&](int i) { sum += i; });
        CHECK(sum == 4950);
    }
}

TEST_CASE("parallel_for: an exception inside a nested call reaches the outer caller") {
    const ThreadCount restored;
    set_threads(2);
    CHECK(error_of([] {
              parallel_for(4, [](int) { parallel_for(4, [](int) { throw Error("inner"); }); });
          }) == "inner");
}

TEST_CASE("parallel_for: two callers at once take turns") {
    const ThreadCount restored;
    set_threads(3);
    std::atomic<int> sum = 0;
    const auto work = [&] {
        for (int k = 0; k < 50; ++k) parallel_for(20, [&](int i) { sum += i; });
    };
    std::thread other(work);
    work();
    other.join();
    CHECK(sum == 2 * 50 * 190);
}

TEST_CASE("set_threads: a scope that ends by an exception puts the number back") {
    const int before = threads();
    CHECK(error_of([&] {
              const ThreadCount other(before + 1);
              CHECK(threads() == before + 1);
              throw Error("left");
          }) == "left");
    CHECK(threads() == before);
}

TEST_CASE("set_threads: fewer than one is refused") {
    CHECK(error_of([] { set_threads(0); }) == "threads: 0 asked for; at least 1 is needed");
}

TEST_CASE("set_threads: more than 1024 are refused, and the threads there were stay") {
    const int before = threads();
    CHECK(error_of([] { set_threads(100'000); }) == "threads: 100000 asked for; at most 1024 can be had");
    CHECK(threads() == before);
}

#if defined(__linux__)
TEST_CASE("set_threads: where the system gives fewer threads, fewer do all of the work") {
    const ThreadCount restored;
    set_threads(1);
    // A thread's stack is address space: of so little more than is in use there is room for a few.
    rlimit unlimited{};
    REQUIRE(getrlimit(RLIMIT_AS, &unlimited) == 0);
    std::int64_t pages = 0;
    std::ifstream{"/proc/self/statm"} >> pages;
    rlimit tight = unlimited;
    tight.rlim_cur = rlim_t(pages) * rlim_t(sysconf(_SC_PAGESIZE)) + (rlim_t{96} << 20);
    REQUIRE(setrlimit(RLIMIT_AS, &tight) == 0);
    set_threads(200);
    REQUIRE(setrlimit(RLIMIT_AS, &unlimited) == 0);
    CHECK(threads() < 200);
    std::atomic<int> sum = 0;
    parallel_for(1000, [&](int i) { sum += i; });
    CHECK(sum == 499'500);
}
#endif

TEST_SUITE_END();
