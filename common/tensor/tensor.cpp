#include "common/tensor/tensor.hpp"

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace {

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
    Tensor t;
    t.numbers_.reset(static_cast<real*>(memory::allocate(std::size_t(shape.size()) * sizeof(real))));
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
