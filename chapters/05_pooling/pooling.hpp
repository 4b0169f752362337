#pragma once
/// @file  s-09: the largest or the average number of each window.
///
///     max      y(i, j, c) = max_{m, n} x(i S - P + m d, j S - P + n d, c)
///     average  y(i, j, c) = sum_{m, n} x(i S - P + m d, j S - P + n d, c) /
///     count
///
/// The slide has d = 1.  /// Channels do not mix, and there is nothing to
/// learn.  What lies outside of the map is no number at all: it is never the
/// maximum, and an average may count it (as zeros) or not.
#include <algorithm>
#include <vector>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

struct Pooling {
    Extent kernel = 2;
    Extent stride = 2;
    Sides padding = 0;          ///< on each side less than the window, so that every
                                ///< window sees the map
    bool ceil = false;          ///< rounds the size up, not down: the last windows may
                                ///< hang over the edge
    bool count_padding = true;  ///< an average divides by the padding in its
                                ///< window too, never by an overhang
    Extent dilation = 1;        ///< from one position of a window to the next
};

/// One window along one axis.
struct Span {
    int begin, end;  ///< from the first of its positions on the map to one behind
                     ///< the last; never empty
    int counted;     ///< how many positions of it an average counts
    int step = 1;    ///< from position to position

    int positions() const { return step == 1 ? end - begin : (end - begin + step - 1) / step; }
    /// Those among first ... last - 1; perhaps none.
    Span within(int first, int last) const {
        const int skipped = begin < first ? (first - begin + step - 1) / step : 0;
        return {begin + skipped * step, std::min(end, last), 0, step};
    }
};

/// What an average over the window of these rows and columns divides by.
inline real numbers(Span rows, Span columns) { return real(double(rows.counted) * columns.counted); }

/// Output size and window i of an axis of length `size`.  A floor leaves out a last window that does not fit;
/// with `ceil` it may hang over, if it starts on the map or in the padding before it (PyTorch's rule).
/// @{
int pooled_extent(int size, int before, int after, std::int64_t window, int stride, bool ceil);
Span span(int i, int size, int before, int after, int kernel, int stride, bool count_padding,
          int dilation = 1);
/// @}

/// Window i of the rows or of the columns of x.
/// @{
Span rows(int i, const Shape& x, const Pooling& pooling);
Span columns(int j, const Shape& x, const Pooling& pooling);
/// @}

/// The shape rule.  Errors: a kernel, stride or dilation below 1, padding that
/// is negative or as wide as the window, a window that does not fit or whose
/// positions could all lie in padding.
Shape pooled_shape(const Shape& x, const Pooling& pooling);
/// Throws an Error unless y, a map or its gradient, has that shape.
void require_pooled(const Shape& y, const Shape& x, const Pooling& pooling);

/// @name The pair
/// A NaN wins against every number, so it is not lost, and a maximum of +0 and -0 is +0.  Averages of more
/// numbers than a float can count are right: sums go on in double.  The gradient of a maximum goes to the
/// first of several (row by row; +0 and -0 are equal), that of an average to all of its window in equal
/// shares. Empty in, empty out: no images or no channels are pooled to none.
/// @{
namespace naive {
Tensor max_pool(View x, const Pooling& pooling);
Tensor average_pool(View x, const Pooling& pooling);
Tensor max_pool_backward(View dy, View x, const Pooling& pooling);
Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling);
/// Where each maximum stands, row * w + column, in the order of y: the place
/// that its gradient goes to.  Whole numbers, so no map is too large.
std::vector<std::int64_t> max_pool_places(View x, const Pooling& pooling);
}  // namespace naive

namespace optimized {
Tensor max_pool(View x, const Pooling& pooling);
Tensor average_pool(View x, const Pooling& pooling);
Tensor max_pool_backward(View dy, View x, const Pooling& pooling);
Tensor average_pool_backward(View dy, const Shape& x, const Pooling& pooling);
std::vector<std::int64_t> max_pool_places(View x, const Pooling& pooling);

/// The same into memory of the caller's.  All views may be slices of channels.
void max_pool_into(View x, const Pooling& pooling, MutableView y);
void average_pool_into(View x, const Pooling& pooling, MutableView y);
void max_pool_backward_into(View dy, View x, const Pooling& pooling, MutableView dx);
void average_pool_backward_into(View dy, const Pooling& pooling, MutableView dx);
}  // namespace optimized
/// @}

/// @name Adaptive
/// Average pooling to a size that is given, whatever the map's: window i of m along an axis of n holds the
/// positions floor(i n / m) ... ceil((i + 1) n / m) - 1 (PyTorch's rule).  Windows share borders where m does
/// not divide n, and repeat pixels where m > n.  Networks end with it to classify pictures of any size.
/// Errors: an empty map, a size below 1, a gradient of another shape.
/// @{
/// Window i of the `windows` of an axis of length `size`.
Span adaptive_span(int i, int size, int windows);
/// The shape rule.
Shape adaptive_shape(const Shape& x, Extent size);
/// Throws an Error unless y, a map or its gradient, is x averaged to some size.
void require_adaptive(const Shape& y, const Shape& x);

namespace naive {
Tensor adaptive_average_pool(View x, Extent size);
Tensor adaptive_average_pool_backward(View dy, const Shape& x);
}  // namespace naive

namespace optimized {
Tensor adaptive_average_pool(View x, Extent size);
Tensor adaptive_average_pool_backward(View dy, const Shape& x);
/// The same into memory of the caller's, to the size of y.
void adaptive_average_pool_into(View x, MutableView y);
void adaptive_average_pool_backward_into(View dy, MutableView dx);
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
/// Every channel's maximum, (n, 1, 1, c).
Node global_max_pool(Node x, std::string name = "");
/// Averages to a map of `size`, whatever the size of x.
Node adaptive_average_pool(Node x, Extent size, std::string name = "");
/// @}

}  // namespace cnn
