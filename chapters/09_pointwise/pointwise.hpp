#pragma once
/// @file  s-13: the 1x1 convolution: at each pixel, a weighted sum over channels.
///
///     y(i, j, f) = b(f) + sum_k x(i, j, k) w(k, f)
///
/// x is (n, h, w, c_in), w is (1, 1, c_in, c_out).  The epilogue adds a bias and perhaps a residual, and ends
/// in an activation.  A stride is a view: x.strided(2).
#include <span>

#include "common/graph/graph.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/report/ladder.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The shape rule.  Errors: a kernel that is not 1x1, channels that do not match, no filters.
Shape pointwise_shape(const Shape& x, const Shape& w);

namespace naive {
Tensor pointwise_conv2d(View x, View w, const Epilogue& epilogue = {});
/// Gradients of pointwise_conv2d; dy is the gradient before the activation and the residual.
Tensor pointwise_conv2d_backward_input(View dy, View w, const Shape& x);
Tensor pointwise_conv2d_backward_filters(View dy, View x, const Shape& w);
}  // namespace naive

namespace optimized {
Tensor pointwise_conv2d(View x, View w, const Epilogue& epilogue = {});
/// Filters in the order in which the register tile reads them: a panel for each image of the tensor, in it a
/// row of neighbouring filters for each channel, zeros behind the last.  Pack once, use often.
Tensor packed_panels(View w);
/// The layer with its filters packed, into memory of the caller's: y has pointwise_shape(x, w).
void pointwise_conv2d_packed(View x, const Tensor& panels, const Epilogue& epilogue, MutableView y);
}  // namespace optimized

/// The steps from naive to optimized.
std::span<const Rung<Tensor(View x, View w, const Epilogue& epilogue)>> pointwise_ladder();

/// The layer as a node of a network.
struct Pointwise {
    int filters = 1;
    Extent stride = 1;
    bool bias = true;
};
/// A node with parameters name.weight and name.bias.
Node pointwise_conv(Node x, const Pointwise& layer, std::string name = "");

}  // namespace cnn
