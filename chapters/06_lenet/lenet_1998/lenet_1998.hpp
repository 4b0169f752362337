#pragma once
/// @file  s-04: what LeNet-5 had in 1998 and no network has today (LeCun, Bottou, Bengio and Haffner 1998).
///
/// A squashing function, subsampling with weights of its own, a third layer that does not connect everything
/// with everything, and an output that measures the distance to a drawn picture of each class.
#include <array>
#include <span>
#include <vector>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Which maps of its input each map of C3 sees: table I of the paper.
using Connections = std::vector<std::vector<int>>;
const Connections& c3_table();

/// The pictures the output layer compares with: 7x12 pixels of +-1, one for each class, as (1, 1, 84, 10).
/// The paper drew the characters of its alphabet; these are drawn garments.
Tensor garment_codes();
/// The same as text, twelve lines a class.
std::span<const std::array<const char*, 12>> garment_drawings();

/// Shape rules.  Errors: a map with an odd side; a table that names a map which x has not, or a kernel larger
/// than the map; an input that is no list of as many numbers as a code has.
Shape subsampled_shape(const Shape& x);
Shape partial_shape(const Shape& x, Extent kernel, const Connections& table);
Shape rbf_shape(const Shape& x, const Shape& codes);
/// Throws unless w and b, or b alone where there is none, have one number for each map; and unless w has one
/// kernel for each connection.
void require_subsample(View w, View b, const Shape& x);
void require_partial(const Shape& w, View b, const Connections& table);

/// Every function here checks its shapes; a NaN stays one.
namespace naive {
/// f(a) = 1.7159 tanh(2a / 3): f(1) = 1, f(-1) = -1.
Tensor squash(View a);
/// From the output: f' = (2/3) (1.7159 - f^2 / 1.7159).
Tensor squash_backward(View df, View f);

/// y(i, j, c) = w(c) (x(2i, 2j, c) + x(2i, 2j+1, c) + x(2i+1, 2j, c) + x(2i+1, 2j+1, c)) + b(c)
Tensor subsample(View x, View w, View b);
Tensor subsample_backward_input(View dy, View w, const Shape& x);
Tensor subsample_backward_weights(View dy, View x);

/// A convolution whose output map f sees the input maps table[f] only.  w holds one kernel for each
/// connection, in the table's order: (kh, kw, 1, connections).
Tensor partial_conv2d(View x, View w, View b, const Connections& table);
Tensor partial_conv2d_backward_input(View dy, View w, const Shape& x, const Connections& table);
Tensor partial_conv2d_backward_filters(View dy, View x, const Shape& w, const Connections& table);

/// y(k) = sum_j (x(j) - w(j, k))^2
Tensor rbf(View x, View w);
Tensor rbf_backward(View dy, View x, View w);

/// L = 1/N sum_n [ y(D) + log(e^-j + sum_k e^-y(k)) ] with D the label of n: equation 9, j = 0.1.
real map_loss(View y, View labels);
Tensor map_loss_backward(View y, View labels);
}  // namespace naive

/// The output and its loss are 840 subtractions an image: as fast as they need to be.
namespace optimized {
Tensor squash(View a);
Tensor squash_backward(View df, View f);
Tensor subsample(View x, View w, View b);
Tensor subsample_backward_input(View dy, View w, const Shape& x);
Tensor subsample_backward_weights(View dy, View x);
Tensor partial_conv2d(View x, View w, View b, const Connections& table);
Tensor partial_conv2d_backward_input(View dy, View w, const Shape& x, const Connections& table);
Tensor partial_conv2d_backward_filters(View dy, View x, const Shape& w, const Connections& table);
}  // namespace optimized

/// A node of f(a).
Node squash(Node x, std::string name = "");
/// A node with one coefficient and one bias a map.  Error: a map with an odd side.
Node subsample(Node x, std::string name = "");
/// A node with parameters name.weight and name.bias.  Error: the table names a map that x has not.
Node partial_conv(Node x, Extent kernel, const Connections& table, std::string name = "");
/// A node of squared distances to the columns of `codes`, (1, 1, c, classes): parameters that do not train.
Node rbf(Node x, const Tensor& codes, std::string name = "");
/// A node of one number: the loss of 1998.
Node map_loss(Node penalties, Node labels, std::string name = "loss");

}  // namespace cnn
