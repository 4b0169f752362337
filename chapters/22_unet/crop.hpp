#pragma once
/// @file  s-16: crop, a window of a map.
///
///     y(i, j) = x(top + i, left + j)
///
/// U-Net's convolutions have no padding, so what its contracting path kept is larger than what comes back up;
/// the margins are cut away before both stand side by side.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The shape rule.  Errors: negative margins, nothing left between them.
Shape cropped_shape(const Shape& x, const Sides& margins);
/// The margins that leave the middle of a map; of an odd difference the larger half is cut below and right.
/// Error: the middle is larger than the map.
Sides margins_around(const Shape& x, Extent middle);

/// @name The pair
/// x is (n, h, w, c) and may be any view.  The gradient of the margins is 0.
/// @{
namespace naive {
Tensor crop(View x, const Sides& margins);
Tensor crop_backward(View dy, const Shape& x, const Sides& margins);
}  // namespace naive

namespace optimized {
/// The window itself: nothing is copied, so it lives as long as x.
View crop(View x, const Sides& margins);
Tensor crop_backward(View dy, const Shape& x, const Sides& margins);
/// The same into memory of the caller's, which is written whole.
void crop_backward_into(View dy, const Sides& margins, MutableView dx);
}  // namespace optimized
/// @}

/// A node; in a Session it is a view of its input.
Node crop(Node x, const Sides& margins, std::string name = "");

}  // namespace cnn
