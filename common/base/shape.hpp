#pragma once
/// @file  How large things are: a tensor's shape, an extent in height and width, a width for each side.
#include <cstddef>
#include <cstdint>
#include <ostream>

namespace cnn {

/// The number type of every tensor and kernel.  The gradient tests build the same source with double,
/// so that a finite difference has sixteen digits to difference.
#if defined(CNN_DOUBLE)
using real = double;
#else
using real = float;
#endif

/// Images, rows, columns, channels: the slides' H x W x C with a batch in front.
/// Filters use the same four numbers as (kh, kw, c_in / groups, c_out); a bias is (1, 1, 1, c).
struct Shape {
    int n = 1, h = 1, w = 1, c = 1;

    std::int64_t size() const { return std::int64_t{n} * h * w * c; }
    friend bool operator==(const Shape&, const Shape&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Shape& s) {
        return out << s.n << 'x' << s.h << 'x' << s.w << 'x' << s.c;
    }
};

/// A length in each direction of a map.  One number means both: `.stride = 2`.
struct Extent {
    int h = 1, w = 1;

    constexpr Extent() = default;
    constexpr Extent(int both) : h(both), w(both) {}  // NOLINT(google-explicit-constructor)
    constexpr Extent(int height, int width) : h(height), w(width) {}
    friend bool operator==(const Extent&, const Extent&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Extent& e) { return out << e.h << 'x' << e.w; }
};

/// A width for each side of a map.  One number means all four: `.padding = 1`.  Negative widths crop.
struct Sides {
    int top = 0, bottom = 0, left = 0, right = 0;

    constexpr Sides() = default;
    constexpr Sides(int all) : Sides(all, all, all, all) {}  // NOLINT(google-explicit-constructor)
    constexpr Sides(int top, int bottom, int left, int right)
        : top(top), bottom(bottom), left(left), right(right) {}
    friend bool operator==(const Sides&, const Sides&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Sides& s) {
        return out << "top " << s.top << " bottom " << s.bottom << " left " << s.left << " right " << s.right;
    }
};

}  // namespace cnn
