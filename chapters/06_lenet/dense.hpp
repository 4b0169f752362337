#pragma once
/// @file  s-10: flatten and the dense layer.
///
///     y(o) = b(o) + sum_{i, j, c} x(i, j, c) w(i, j, c, o)
///
/// x is (n, h, w, c), w is (h, w, c, out), b is (1, 1, 1, out), y is (n, 1, 1, out).
///
/// Flattening is no work: the numbers of one image already lie in a row.  So the layer takes any map, and its
/// weights keep the map's shape: a dense layer on a map is a convolution whose kernel is the whole map (E17).
#include <optional>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// (n, 1, 1, out).  Error: weights for a map of another shape.  The layer and its gradients check biases and
/// gradients, too.
Shape dense_shape(const Shape& x, const Shape& w);

namespace naive {
Tensor dense(View x, View w, View b);
Tensor dense_backward_input(View dy, View w, const Shape& x);
Tensor dense_backward_weights(View dy, View x, const Shape& w);
}  // namespace naive

namespace optimized {
Tensor dense(View x, View w, View b);
/// The same into memory of the caller's: y has dense_shape(x, w); it may be a slice of wider images.
void dense_into(View x, View w, View b, MutableView y);
Tensor dense_backward_input(View dy, View w, const Shape& x);
Tensor dense_backward_weights(View dy, View x, const Shape& w);
}  // namespace optimized

struct DenseOptions {
    bool bias = true;
    /// How weights and biases start; PyTorch's way unless given.
    std::optional<Initialiser> initialiser = {};
};

/// A node with parameters name.weight and name.bias.
Node dense(Node x, int units, std::string name = "", const DenseOptions& options = {});

/// A node of (n, 1, 1, h w c): the same numbers in the order in which they lie, so it costs nothing.  A dense
/// layer needs none; other libraries count channels first, so there it has another order.
Node flatten(Node x, std::string name = "");

}  // namespace cnn
