#pragma once
/// @file  What all nodes with filters and perhaps a bias have in common, here and in later chapters.
#include <functional>
#include <memory>

#include "common/graph/input_gradient_operation.hpp"
#include "common/kernels/epilogue.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

struct Convolution;

/// What conv and conv_plus add to a graph: one input, or two of which the second is a residual.
std::shared_ptr<const Operation> conv2d_operation(const Convolution& layer);

/// The way back through an epilogue, given that from the gradient of the sums to the input.
InputGradientOperation::PreparedBackward before_epilogue(
    Activation activation, std::function<void(View dy, MutableView dx)> to_input);

/// "weight", and "bias" with one number for each of so many maps, or none; both start by what a filter sees,
/// w's kernel and channels.
std::vector<Parameter> filter_parameters(const Shape& w, int biases);

/// One gradient both ways: naive returns it, optimized writes it.
struct GradientPair {
    std::function<Tensor(View dy)> naive;
    std::function<void(View dy, MutableView to)> optimized;
};

/// Writes those gradients of such a node that were asked for, that of its bias included.
void write_gradients(const Backward& call, const GradientPair& input, const GradientPair& filters);

namespace naive {
/// db of a layer: dy summed over images, rows and columns; convolution.hpp has the fast twin.
Tensor bias_gradient(View dy);
}  // namespace naive

}  // namespace cnn
