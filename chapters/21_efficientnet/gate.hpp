#pragma once
/// @file  s-21: squeeze-and-excitation, which opens or closes each channel of each picture.
///
///     y(n, i, j, c) = x(n, i, j, c) s(n, c)
///
/// Hu, Shen and Sun, "Squeeze-and-excitation networks", 2018: s comes from the means of all maps, through two
/// small layers and a sigmoid.
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

struct GateGradients {
    Tensor x, s;
};

/// @name The pair
/// x is (n, h, w, c), s is (n, 1, 1, c).  Errors: s or dy of another shape.
/// @{
namespace naive {
Tensor gate(View x, View s);
GateGradients gate_backward(View dy, View x, View s);
}  // namespace naive

namespace optimized {
Tensor gate(View x, View s);
/// The same into memory of the caller's, which may be x itself.
void gate_into(View x, View s, MutableView y);
GateGradients gate_backward(View dy, View x, View s);
}  // namespace optimized
/// @}

void require_gate(const Shape& x, const Shape& s);

/// @name Nodes
/// @{
/// x, each channel of each picture times its number in s.
Node gate(Node x, Node s, std::string name = "");
/// The whole: nodes name.avgpool, name.fc1 with `squeezed` units, name.activation (SiLU), name.fc2,
/// name.scale_activation (sigmoid), and name, the gate.
Node squeeze_and_excite(Node x, int squeezed, const std::string& name);
/// @}

}  // namespace cnn
