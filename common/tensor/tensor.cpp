#include "common/tensor/tensor.hpp"

#include <atomic>
#include <limits>
#include <new>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace cnn {

namespace {

constexpr std::size_t alignment = 64;  // bytes: a cache line, and the widest vector
constexpr std::size_t page = 4096, huge_page = 1 << 21;

// Keep freed pages: a training step asks for the same buffers again, and a fresh page costs a fault.
[[maybe_unused]] const bool keeps_pages = [] {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
    return true;
}();

// Bytes before a tensor of so many: tensors of a page and more begin at another line of their pages each.  A
// processor compares the addresses of loads with those of stores under way by their last 12 bits alone, so a
// layer whose maps begin alike would wait for itself: twice the time of a depthwise convolution.
std::size_t stagger(std::size_t bytes) {
    static std::atomic<std::size_t> tensors = 0;
    return bytes < page ? 0 : 7 * alignment * tensors++ % page;
}

// Asks for huge pages.  Small ones lie anywhere in memory, so which lines of a tensor take each other's place
// in a cache is luck: 0.83 to 0.92 of the peak from run to run of one filters' gradient.
void ask_for_huge_pages([[maybe_unused]] void* block, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__)
    madvise(block, bytes, MADV_HUGEPAGE);  // a system that has none refuses, and nothing is lost
#endif
}

// Calls body with runs of numbers side by side: a share of all, lines or pixels, as memory allows.
template <class Body>
void for_each_run(View from, MutableView to, const Body& body) {
    require(from.shape == to.shape, "tensor: copies ", from.shape, " into ", to.shape);
    constexpr std::int64_t worth_sharing = 1 << 16;  // numbers
    const std::int64_t size = to.shape.size();
    const int shares = size > worth_sharing ? threads() : 1;
    if (from.contiguous() && to.contiguous())
        return parallel_for(shares, [&](int t) {
            const std::int64_t begin = size * t / shares, end = size * (t + 1) / shares;
            body(from.data + begin, to.data + begin, std::size_t(end - begin));
        });
    const int c = to.shape.c, w = to.shape.w;
    parallel_for(shares, [&](int t) {
        const Range mine = share_of(to.rows(), t, shares);
        for (int i = mine.begin; i < mine.end; ++i) {
            const View a = from.row(i);
            const MutableView b = to.row(i);
            if (a.contiguous() && b.contiguous())
                body(a.data, b.data, std::size_t(w) * std::size_t(c));
            else
                for (int j = 0; j < w; ++j) body(a.pixel(0, 0, j), b.pixel(0, 0, j), std::size_t(c));
        }
    });
}

}  // namespace

Tensor Tensor::uninitialized(Shape shape) {
    require(shape.n >= 0 && shape.h >= 0 && shape.w >= 0 && shape.c >= 0, "tensor: the shape ", shape,
            " has a negative length");
    // Multiplied in 64 bits this could begin again at zero.
    constexpr double most = 1e15;  // numbers
    require(double(shape.n) * shape.h * shape.w * shape.c <= most, "tensor: the shape ", shape,
            " has more numbers than any memory");
    const std::size_t bytes = std::size_t(shape.size()) * sizeof(real), before = stagger(bytes);
    const bool huge = bytes >= 2 * huge_page;
    const std::size_t unit = huge ? huge_page : before > 0 ? page : alignment;
    void* p = std::aligned_alloc(unit, ((before + bytes) / unit + 1) * unit);
    if (p == nullptr) throw std::bad_alloc();
    if (huge) ask_for_huge_pages(p, (before + bytes) / unit * unit);
    Tensor t;
    t.numbers_ = {reinterpret_cast<real*>(static_cast<char*>(p) + before), Free{before}};
    t.shape_ = shape;
    return t;
}

Tensor::Tensor(Shape shape) : Tensor(uninitialized(shape)) { fill(view(), 0); }

Tensor::Tensor(View from) {
    if (from.empty()) return;  // of a tensor that is empty or was moved from
    *this = uninitialized(from.shape);
    copy(from, view());
}

Tensor Tensor::reshaped(Shape shape) && {
    require(shape.size() == shape_.size(), "tensor: ", shape_, " cannot be reshaped to ", shape);
    shape_ = shape;
    return std::move(*this);
}

void copy(View from, MutableView to) {
    for_each_run(from, to, [](const real* a, real* b, std::size_t count) { std::copy_n(a, count, b); });
}

void fill(MutableView to, real value) {
    for_each_run(to, to, [value](const real*, real* b, std::size_t count) { std::fill_n(b, count, value); });
}

void add(View from, MutableView to) {
    for_each_run(from, to, [](const real* a, real* b, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) b[i] += a[i];
    });
}

}  // namespace cnn
