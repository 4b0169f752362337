#include "common/tensor/memory.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace cnn::memory {

namespace {

constexpr std::size_t alignment = 64;  // bytes
constexpr std::size_t page = 4096, huge_page = 1 << 21, large = 1 << 16;

// A sanitizer of addresses must see every release.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps = false;
#elif defined(__has_feature)
constexpr bool keeps = !__has_feature(address_sanitizer);
#else
constexpr bool keeps = true;
#endif

// What stands in front of a tensor's numbers, a line of its own.
struct Front {
    char* block;
    std::size_t size;  // of the block
};

// Bytes before a tensor of so many: tensors of a page and more begin at another line of their pages each.  A
// processor compares the addresses of loads with those of stores under way by their last 12 bits alone, so a
// layer whose maps begin alike would wait for itself: twice the time of a depthwise convolution.
std::size_t stagger(std::size_t bytes) {
    static std::atomic<std::size_t> tensors = 0;
    return bytes < page ? 0 : 7 * alignment * tensors++ % page;
}

// What a block of so many bytes is aligned to, and a multiple of.
std::size_t unit_of(std::size_t bytes) {
    return bytes >= 2 * huge_page ? huge_page : bytes >= page ? page : alignment;
}

// Asks for huge pages where they fit.  Small ones lie anywhere in memory, so which lines of a tensor take
// each other's place in a cache is luck: 0.83 to 0.92 of the peak from run to run of one filters' gradient.
char* fresh(std::size_t size) {
    const std::size_t unit = unit_of(size);
    void* block = std::aligned_alloc(unit, size);
#if defined(__linux__)
    // A system that has none refuses, and nothing is lost.
    if (block != nullptr && unit == huge_page) madvise(block, size, MADV_HUGEPAGE);
#endif
    return static_cast<char*>(block);
}

// The large blocks that wait, by size.
class Kept {
public:
    char* take(std::size_t size) {
        const std::scoped_lock lock(mutex_);
        // A block that is much larger would leave a larger tensor without.
        const auto least = blocks_.lower_bound(size);
        if (least != blocks_.end() && least->first <= size + size / 4) {
            const auto found =
                std::prev(blocks_.upper_bound(least->first));  // the last given: still in a cache
            char* block = found->second;
            in_use_ += found->first;
            waiting_ -= found->first;
            blocks_.erase(found);
            return block;
        }
        in_use_ += size;
        most_ = std::max(most_, in_use_);
        shrink(most_ - in_use_);
        char* block = fresh(size);
        if (block == nullptr) {
            shrink(0);
            block = fresh(size);
        }
        if (block == nullptr) in_use_ -= size;
        return block;
    }

    void give(char* block, std::size_t size) {
        const std::scoped_lock lock(mutex_);
        in_use_ -= size;
        waiting_ += size;
        blocks_.emplace(size, block);
        if (!keeps) shrink(0);
    }

private:
    // Gives the largest back to the system until no more than `bytes` wait.
    void shrink(std::size_t bytes) {
        while (waiting_ > bytes) {
            const auto last = std::prev(blocks_.end());
            std::free(last->second);
            waiting_ -= last->first;
            blocks_.erase(last);
        }
    }

    std::mutex mutex_;
    std::multimap<std::size_t, char*> blocks_;
    std::size_t in_use_ = 0, most_ = 0, waiting_ = 0;  // bytes
};

// Outlives every tensor, static ones too.
Kept& kept() {
    static Kept& blocks = *new Kept;
    return blocks;
}

}  // namespace

void* allocate(std::size_t bytes) {
    const std::size_t before = alignment + stagger(bytes), all = before + bytes;
    const std::size_t unit = unit_of(all), size = (all + unit - 1) / unit * unit;
    char* block = size >= large ? kept().take(size) : fresh(size);
    if (block == nullptr) throw std::bad_alloc();
    char* numbers = block + before;
    new (numbers - alignment) Front{block, size};
    return numbers;
}

void release(void* numbers) noexcept {
    if (numbers == nullptr) return;
    const Front front = *reinterpret_cast<Front*>(static_cast<char*>(numbers) - alignment);
    if (front.size >= large)
        kept().give(front.block, front.size);
    else
        std::free(front.block);
}

}  // namespace cnn::memory
