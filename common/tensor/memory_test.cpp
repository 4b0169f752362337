// Blocks for tensors: aligned, apart, and used again.
#include "common/tensor/memory.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "common/machine/parallel.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

struct Release {
    void operator()(void* block) const { memory::release(block); }
};
using Block = std::unique_ptr<void, Release>;

Block block(std::size_t bytes) { return Block(memory::allocate(bytes)); }

constexpr std::size_t sizes[] = {
    0, 1, 63, 64, 4095, 4096, 65'535, 65'536, 1 << 20, (1 << 22) - 1, 1 << 22, 9'999'999};

}  // namespace

TEST_SUITE_BEGIN("common: tensor");

TEST_CASE("memory: blocks of every size begin at a cache line and do not overlap") {
    std::vector<Block> blocks;
    for (int round = 0; round < 3; ++round)
        for (const std::size_t size : sizes) {
            blocks.push_back(block(size));
            CHECK(reinterpret_cast<std::uintptr_t>(blocks.back().get()) % 64 == 0);
            std::memset(blocks.back().get(), int(blocks.size()), size);
        }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::size_t size = sizes[i % std::size(sizes)];
        const auto* bytes = static_cast<const unsigned char*>(blocks[i].get());
        for (std::size_t k = 0; k < size; k += 61) REQUIRE(bytes[k] == i + 1);
    }
}

TEST_CASE("memory: a large block that is released serves the next of its size") {
#if !defined(__SANITIZE_ADDRESS__)
    Block first = block(10'000'000);
    const void* where = first.get();
    first.reset();
    // The distance from the block's begin differs, and stays within a page.
    const Block second = block(10'000'000);
    CHECK(std::abs(static_cast<const char*>(second.get()) - static_cast<const char*>(where)) <= 4096);
#endif
}

TEST_CASE("memory: a null pointer is released, and threads may share") {
    memory::release(nullptr);
    parallel_for(64, [](int task) {
        for (int i = 0; i < 20; ++i) {
            const Block mine = block(std::size_t(70'000 + 1000 * task));
            std::memset(mine.get(), task, 70'000);
            REQUIRE(static_cast<const unsigned char*>(mine.get())[69'999] == task);
        }
    });
}

TEST_CASE("memory: more than there is throws and leaves all as it was") {
    CHECK_THROWS_AS(memory::allocate(std::size_t(1) << 50), std::bad_alloc);
    CHECK(block(1 << 20) != nullptr);
}

TEST_SUITE_END();
