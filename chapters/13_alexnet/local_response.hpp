#pragma once
/// @file  s-04, s-17: local response normalisation, the competition of neighbouring maps in AlexNet.
///
///     y(c) = x(c) / d(c)^beta,   d(c) = k + alpha sum_{|c' - c| <= n / 2} x(c')^2
///
/// Krizhevsky, Sutskever and Hinton, 2012, section 3.3.  Caffe and PyTorch divide alpha by n as well.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The paper's constants.
struct LocalResponse {
    int n = 5;  ///< maps in a window, an odd number; at the ends fewer
    double k = 2, alpha = 1e-4, beta = 0.75;
};

/// @name The pair
/// x is (n, h, w, c) and may be any view.  Error: an n that is even or below 1; k not above 0; a gradient of
/// another shape.
/// @{
namespace naive {
Tensor local_response(View x, const LocalResponse& options);
Tensor local_response_backward(View dy, View x, const LocalResponse& options);
}  // namespace naive

namespace optimized {
Tensor local_response(View x, const LocalResponse& options);
Tensor local_response_backward(View dy, View x, const LocalResponse& options);

/// The same into memory of the caller's, which may be a slice of channels.
void local_response_into(View x, const LocalResponse& options, MutableView y);
void local_response_backward_into(View dy, View x, const LocalResponse& options, MutableView dx);
}  // namespace optimized
/// @}

/// Throws an Error for an even or empty window and for k not above 0.
void require_window(const LocalResponse& options);
/// `what` names y in the Error.
void require_same(const char* what, const Shape& y, const Shape& x);

/// A node.
Node local_response(Node x, const LocalResponse& options = {}, std::string name = "");

}  // namespace cnn
