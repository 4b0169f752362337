#pragma once
/// @file  s-09: the largest or the average number of each window.
///
///     max      y(i, j, c) = max_{m, n} x(i S - P + m, j S - P + n, c)
///     average  y(i, j, c) = sum_{m, n} x(i S - P + m, j S - P + n, c) / count
///
/// Channels do not mix, and there is nothing to learn.  What lies outside of the map is no number at all: it
/// is never the maximum, and an average may count it (as zeros) or not.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

struct Pooling {
    Extent kernel = 2;
    Extent stride = 2;
    Sides padding = 0;          ///< on each side less than the kernel, so that every window sees the map
    bool ceil = false;          ///< rounds the size up, not down: the last windows may hang over the edge
    bool count_padding = true;  ///< an average divides by the padding in its window too, never by an overhang
};

/// One window along one axis.
struct Span {
    int begin, end;  ///< the part of it that lies on the map; never empty
    int counted;     ///< how many positions of it an average counts
};

/// Output size and window i of an axis of length `size`.  A floor leaves out a last window that does not fit;
/// with `ceil` it may hang over, if it starts on the map or in the padding before it (PyTorch's rule).
/// @{
int pooled_extent(int size, int before, int after, int kernel, int stride, bool ceil);
Span span(int i, int size, int before, int after, int kernel, int stride, bool count_padding);
/// @}

/// Window i of the rows or of the columns of x.
/// @{
Span rows(int i, const Shape& x, const Pooling& pooling);
Span columns(int j, const Shape& x, const Pooling& pooling);
/// @}

/// The shape rule.  Errors: a kernel or stride below 1, padding that is negative or as wide as the kernel, a
/// kernel that does not fit.
Shape pooled_shape(const Shape& x, const Pooling& pooling);
/// Throws an Error unless y, a map or its gradient, has that shape.
void require_pooled(const Shape& y, const Shape& x, const Pooling& pooling);

/// @name The pair
/// A NaN wins against every number, so it is not lost.  The gradient of a maximum goes to the first of
/// several (row by row), that of an average to all of its window in equal shares.
/// @{
namespace naive {
Tensor max_pool(View x, const Pooling& pooling);
Tensor average_pool(View x, const Pooling& pooling);
Tensor max_pool_backward(View dy, View x, const Pooling& pooling);
Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling);
}  // namespace naive

namespace optimized {
Tensor max_pool(View x, const Pooling& pooling);
Tensor average_pool(View x, const Pooling& pooling);
Tensor max_pool_backward(View dy, View x, const Pooling& pooling);
Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling);

/// The same into memory of the caller's.  All views may be slices of channels.
void max_pool_into(View x, const Pooling& pooling, MutableView y);
void average_pool_into(View x, const Pooling& pooling, MutableView y);
void max_pool_backward_into(View dy, View x, const Pooling& pooling, MutableView dx);
void average_pool_backward_into(View dy, const Pooling& pooling, MutableView dx);
}  // namespace optimized
/// @}

/// The pooling whose one window is the whole map.  Error: an empty map.
Pooling whole_map(const Shape& x);

/// Nodes.
/// @{
Node max_pool(Node x, const Pooling& pooling, std::string name = "");
Node avg_pool(Node x, const Pooling& pooling, std::string name = "");
/// Every channel's average, (n, 1, 1, c), whatever the size of the map.
Node global_average_pool(Node x, std::string name = "");
/// @}

}  // namespace cnn
