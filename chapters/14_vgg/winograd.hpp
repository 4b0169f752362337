#pragma once
/// @file  s-18: a 3x3 convolution with a quarter of the multiplications (Lavin and Gray 2015).
///
///     Y = A^T [ sum_c (G g_c G^T) . (B^T d_c B) ] A
///
/// d_c is 6x6 pixels of channel c, g_c the 3x3 kernel that a filter has for it, Y the 4x4 outputs they make;
/// the dot multiplies element by element: 36 products where the convolution takes 16 * 9 = 144.
/// B^T d B and G g G^T evaluate polynomials at 0, 1, -1, 2, -2 and infinity; A^T M A finds the coefficients
/// of their product again.
#include "common/kernels/epilogue.hpp"
#include "common/tensor/tensor.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"

namespace cnn {

/// Whether a layer can be done this way: 3x3, stride 1, one group, zeros around the map.
bool winograd_fits(const Shape& w, const Convolution& layer);

/// @name The pair
/// The convolution of x, (n, h, w, c_in), with w, (3, 3, c_in, c_out), over zeros of any width; then bias,
/// residual and activation.  Errors: filters that are not 3x3, an epilogue that does not fit, and whatever
/// conv2d refuses.
/// @{
namespace naive {
Tensor winograd_conv2d(View x, View w, const Sides& padding, const Epilogue& epilogue = {});
}  // namespace naive

namespace optimized {
Tensor winograd_conv2d(View x, View w, const Sides& padding, const Epilogue& epilogue = {});

/// The layer made ready for maps of shape x: its filters are transformed once.  What the epilogue views must
/// live as long; all views may be slices of channels.
Prepared prepared_winograd_conv2d(View w, const Sides& padding, const Epilogue& epilogue, const Shape& x);
/// The same with a residual, or none, that comes with each call.
engine::PreparedSum prepared_winograd_conv2d_plus(View w, const Sides& padding, View bias,
                                                  Activation activation, const Shape& x);
}  // namespace optimized
/// @}

namespace optimized {
/// The gradient of the input: for stride 1 it is the convolution of dy with the filters turned by half a
/// turn, input and output channels exchanged, so the same algorithm serves it.  Padding of at most 2 a side.
Prepared prepared_winograd_backward_input(View w, const Sides& padding, const Shape& x);
}  // namespace optimized

/// What conv and conv_plus make, run by this algorithm forward and back to the input where it fits and pays:
/// maps of 6x6 and more, at least a vector of channels on either side.  Elsewhere they are conv's own nodes.
/// Filters are transformed once in a Session, and at every call of `run`.
Node winograd_conv(Node x, const Convolution& layer, std::string name = "");
Node winograd_conv_plus(Node x, Node residual, const Convolution& layer, std::string name = "");

/// The shape rule.
Shape winograd_shape(const Shape& x, const Shape& w, const Sides& padding);

/// How far either may be from the exact result, number by number and before the activation: every product
/// that reaches an output is rounded at most c_in + 42 times on its way, so with u the unit roundoff of
/// `real`
///
///     |error| <= (c_in + 42) u (|A^T| [ sum_c (|G| |g_c| |G^T|) . (|B^T| |d_c| |B|) ] |A| + |b| +
///     |residual|)
Tensor winograd_error_bound(View x, View w, const Sides& padding, const Epilogue& epilogue = {});

}  // namespace cnn
