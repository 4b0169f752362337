#pragma once
/// @file  Numbers with a shape.  `Tensor` owns them, `View` borrows them.
///
/// Rank is always 4 and the layout is always N, H, W, C, so a pixel's channels lie side by side: they
/// are what a vector register loads.  Only the pixels may be apart, which makes a window, a slice of
/// channels or every second pixel a View that costs nothing.
#include <algorithm>
#include <cassert>
#include <memory>
#include <span>
#include <type_traits>

#include "common/base/shape.hpp"
#include "common/tensor/memory.hpp"

namespace cnn {

/// Borrowed numbers.  Strides are in elements; the channels of one pixel are always contiguous.
template <class Number>
struct BasicView {
    Number* data = nullptr;
    Shape shape{0, 0, 0, 0};
    std::ptrdiff_t image_pitch = 0, row_pitch = 0, pixel_pitch = 0;

    /// The channels of one pixel.
    Number* pixel(int n, int h, int w) const {
        return data + n * image_pitch + h * row_pitch + w * pixel_pitch;
    }
    Number& operator()(int n, int h, int w, int c) const {
        assert(0 <= n && n < shape.n && 0 <= h && h < shape.h);
        assert(0 <= w && w < shape.w && 0 <= c && c < shape.c);
        return pixel(n, h, w)[c];
    }
    bool empty() const { return data == nullptr; }
    /// Whether all numbers lie side by side.
    bool contiguous() const {
        const std::ptrdiff_t row = std::ptrdiff_t{shape.c} * shape.w;
        return (shape.w == 1 || pixel_pitch == shape.c) && (shape.h == 1 || row_pitch == row) &&
               (shape.n == 1 || image_pitch == row * shape.h);
    }
    /// All numbers in memory order; only for a contiguous view.
    std::span<Number> flat() const {
        assert(contiguous());
        return {data, std::size_t(shape.size())};
    }

    BasicView images(int first, int count) const {
        assert(0 <= first && first + count <= shape.n);
        return part(pixel(first, 0, 0), {count, shape.h, shape.w, shape.c});
    }
    /// The window of `size` whose upper left corner is (top, left): a receptive field, literally.
    BasicView window(int top, int left, Extent size) const {
        assert(0 <= top && top + size.h <= shape.h && 0 <= left && left + size.w <= shape.w);
        return part(pixel(0, top, left), {shape.n, size.h, size.w, shape.c});
    }
    /// A row of pixels, counted over all images.
    BasicView row(int i) const {
        assert(0 <= i && i < rows());
        return part(pixel(i / shape.h, i % shape.h, 0), {1, 1, shape.w, shape.c});
    }
    int rows() const { return shape.n * shape.h; }
    BasicView channels(int first, int count) const {
        assert(0 <= first && first + count <= shape.c);
        return part(data + first, {shape.n, shape.h, shape.w, count});
    }
    /// Every step-th row and column, from (top, left) on.
    BasicView strided(Extent step, int top = 0, int left = 0) const {
        BasicView v = *this;
        v.data = pixel(0, top, left);
        v.shape.h = std::max(0, (shape.h - top + step.h - 1) / step.h);
        v.shape.w = std::max(0, (shape.w - left + step.w - 1) / step.w);
        v.row_pitch *= step.h;
        v.pixel_pitch *= step.w;
        return v;
    }

    operator BasicView<const Number>() const  // NOLINT(google-explicit-constructor)
        requires(!std::is_const_v<Number>) {
        return {data, shape, image_pitch, row_pitch, pixel_pitch};
    }

private:
    BasicView part(Number* from, Shape size) const {
        return {from, size, image_pitch, row_pitch, pixel_pitch};
    }
};

using View = BasicView<const real>;
using MutableView = BasicView<real>;

/// Owned numbers: 64-byte aligned, contiguous, zero at first, copied as a value.
class Tensor {
public:
    Tensor() = default;
    explicit Tensor(Shape shape);
    explicit Tensor(View from);
    Tensor(const Tensor& other) : Tensor(other.view()) {}
    Tensor(Tensor&&) noexcept = default;
    Tensor& operator=(const Tensor& other) { return *this = Tensor(other.view()); }
    Tensor& operator=(Tensor&&) noexcept = default;
    ~Tensor() = default;

    /// A tensor whose numbers are whatever memory held: for results that are written whole.
    static Tensor uninitialized(Shape shape);

    const Shape& shape() const { return shape_; }
    bool empty() const { return numbers_ == nullptr; }
    std::span<real> flat() { return {numbers_.get(), std::size_t(shape_.size())}; }
    std::span<const real> flat() const { return {numbers_.get(), std::size_t(shape_.size())}; }
    real& operator()(int n, int h, int w, int c) { return view()(n, h, w, c); }
    real operator()(int n, int h, int w, int c) const { return view()(n, h, w, c); }

    View view() const { return view_as(static_cast<const real*>(numbers_.get())); }
    MutableView view() { return view_as(numbers_.get()); }
    operator View() const { return view(); }   // NOLINT(google-explicit-constructor)
    operator MutableView() { return view(); }  // NOLINT(google-explicit-constructor)

    /// The same numbers in the same order under another shape of the same size.
    Tensor reshaped(Shape shape) &&;

    /// Same shape, same numbers.  A NaN equals nothing, so a result with a NaN never passes for right.
    friend bool operator==(const Tensor& a, const Tensor& b) {
        return a.shape_ == b.shape_ && std::ranges::equal(a.flat(), b.flat());
    }

private:
    struct Free {
        void operator()(real* numbers) const { memory::release(numbers); }
    };
    template <class Number>
    BasicView<Number> view_as(Number* p) const {
        const std::ptrdiff_t c = shape_.c;
        return {p, shape_, c * shape_.w * shape_.h, c * shape_.w, c};
    }

    Shape shape_{0, 0, 0, 0};
    std::unique_ptr<real[], Free> numbers_;
};

/// Copies numbers between views of one shape.  This and what follows use all threads for large views.
void copy(View from, MutableView to);
/// Sets every number of a view.
void fill(MutableView to, real value);
/// to += from, for views of one shape.
void add(View from, MutableView to);

}  // namespace cnn
